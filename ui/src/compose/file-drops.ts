/** Files of the system over the window: which place they are held over, and taking them in when they are let go. */
import type { FileDrag } from '../platform';
import { intake, isPlace, type Place } from '../state/intake.svelte';

/** The place under a point of the window. */
export function placeAt(x: number, y: number): Place | null {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop-target]');
  const name = target?.dataset['dropTarget'];
  return isPlace(name) ? name : null;
}

/** The place a picture is pasted into: the one under the pointer, else the one with the focus, else the first frame. */
export function placeToPaste(): Place {
  const hovered = document.querySelector<HTMLElement>('[data-drop-target]:hover');
  const focused = document.activeElement?.closest<HTMLElement>('[data-drop-target]');
  const name = (hovered ?? focused)?.dataset['dropTarget'];
  return isPlace(name) ? name : 'first-frame';
}

export function hearFileDrag(drag: FileDrag): void {
  if (drag.kind === 'leave') {
    intake.over = null;
    return;
  }
  const place = placeAt(drag.x, drag.y);
  if (drag.kind === 'over') {
    intake.over = place;
    return;
  }
  intake.over = null;
  if (place && drag.paths.length > 0) void intake.drop(place, drag.paths);
}
