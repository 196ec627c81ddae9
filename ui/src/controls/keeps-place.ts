/**
 * Keeps what is read at the top of a scrolling place there when the window changes its size: its words then break
 * elsewhere, and WebKit does not anchor what is scrolled.
 */
interface Anchor {
  element: Element;
  /** How far its top is below the top of the place, in CSS pixels. */
  below: number;
}

function below(element: Element, place: HTMLElement): number {
  return element.getBoundingClientRect().top - place.getBoundingClientRect().top;
}

/** The first thing with nothing inside it that reaches below a line. */
function firstBelow(line: number, within: Element): Element | undefined {
  if (within.childElementCount === 0) return within;
  for (const child of within.children) {
    const found = child.getBoundingClientRect().bottom > line ? firstBelow(line, child) : undefined;
    if (found) return found;
  }
  return undefined;
}

function topmost(place: HTMLElement): Anchor | undefined {
  const element = firstBelow(place.getBoundingClientRect().top, place);
  return element && { element, below: below(element, place) };
}

export function keepsPlace(place: HTMLElement): () => void {
  let anchor: Anchor | undefined;
  let width = place.clientWidth;
  const note = (): void => {
    anchor = place.scrollTop > 0 ? topmost(place) : undefined;
  };
  const observer = new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    // Whoever is at the very top stays there.
    if (anchor?.element.isConnected) place.scrollTop += below(anchor.element, place) - anchor.below;
  });
  // The scroll event of a place that the new size moved comes before the observer hears of it: `width` tells them apart.
  const scrolled = (): void => {
    if (place.clientWidth === width) note();
  };
  place.addEventListener('scroll', scrolled, { passive: true });
  observer.observe(place);
  return () => {
    observer.disconnect();
    place.removeEventListener('scroll', scrolled);
  };
}
