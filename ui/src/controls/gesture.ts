/**
 * One pointer gesture: press, move past a threshold, follow, let go. Escape, a lost pointer or a second button ends it
 * without effect. All dragging inside the window goes through here; the browser's own drag and drop is never used,
 * because with files dropped from the system it does not work on every system.
 */

/** What a gesture does. `move` runs at pointer rate: it may only change transforms and CSS variables. */
export interface Gesture {
  /** Distances from the press in CSS pixels. */
  move(dx: number, dy: number, event: PointerEvent): void;
  /** The pointer was let go: what was previewed becomes so. */
  commit(): void;
  /** The gesture ended without effect: everything looks as before the press. */
  cancel(): void;
}

/** How far the pointer moves before a press becomes a drag, in CSS pixels. */
export const THRESHOLD = 4;

/** Whether a press has become a drag. */
export function passedThreshold(dx: number, dy: number, threshold: number = THRESHOLD): boolean {
  return Math.abs(dx) >= threshold || Math.abs(dy) >= threshold;
}

/**
 * Follows a press on an element. `begin` is called when the press becomes a drag; `tap` when it never does.
 */
export function follow(
  press: PointerEvent,
  element: HTMLElement,
  { begin, tap, threshold = THRESHOLD }: { begin?: () => Gesture; tap?: () => void; threshold?: number },
): void {
  if (press.button !== 0) return;
  const { pointerId, clientX, clientY } = press;
  let gesture: Gesture | undefined;
  let moved = false;
  const ends = new AbortController();
  const listen = { signal: ends.signal };

  function finish(end: 'commit' | 'cancel'): void {
    ends.abort();
    if (element.hasPointerCapture(pointerId)) element.releasePointerCapture(pointerId);
    gesture?.[end]();
    if (!moved && end === 'commit') tap?.();
  }
  function follows(event: PointerEvent): void {
    if (event.pointerId !== pointerId) return;
    const [dx, dy] = [event.clientX - clientX, event.clientY - clientY];
    if (!moved && passedThreshold(dx, dy, threshold)) {
      moved = true;
      gesture = begin?.();
    }
    gesture?.move(dx, dy, event);
  }
  function escaped(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    finish('cancel');
  }

  element.setPointerCapture(pointerId);
  element.addEventListener('pointermove', follows, listen);
  element.addEventListener('pointerup', () => finish('commit'), listen);
  element.addEventListener('pointercancel', () => finish('cancel'), listen);
  element.addEventListener('lostpointercapture', () => finish('cancel'), listen);
  window.addEventListener('keydown', escaped, { ...listen, capture: true });
  window.addEventListener('blur', () => finish('cancel'), listen);
}
