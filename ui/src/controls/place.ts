/** Where something that floats goes: beside its anchor, inside the window. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Placement {
  left: number;
  top: number;
}

/** Distance to the anchor and to the window's edges, in CSS pixels. */
const GAP = 6;

/**
 * Under the anchor if it fits, above it otherwise; aligned with the anchor's start or end, or centred, and pushed back
 * into the window.
 */
export function placeBeside(
  anchor: Box,
  size: { width: number; height: number },
  frame: { width: number; height: number },
  align: 'start' | 'end' | 'centre' = 'start',
): Placement {
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - size.height;
  const top = below + size.height <= frame.height - GAP || above < GAP ? below : above;
  const wanted = {
    start: anchor.left,
    end: anchor.right - size.width,
    centre: (anchor.left + anchor.right - size.width) / 2,
  }[align];
  return {
    left: Math.max(GAP, Math.min(wanted, frame.width - GAP - size.width)),
    top: Math.max(GAP, Math.min(top, frame.height - GAP - size.height)),
  };
}

/** Puts a floating element beside another one. */
export function placeElement(
  element: HTMLElement,
  anchor: Element,
  align: 'start' | 'end' | 'centre' = 'start',
): void {
  const size = { width: element.offsetWidth, height: element.offsetHeight };
  const frame = { width: window.innerWidth, height: window.innerHeight };
  const { left, top } = placeBeside(anchor.getBoundingClientRect(), size, frame, align);
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}
