/** Files of the system over the window: which place they are held over, and taking them in when they are let go. */
import type { FileDrag } from '../platform';
import { intake, isPlace, type Place } from '../state/intake.svelte';

/** The place under a point of the window. */
export function placeAt(x: number, y: number): Place | null {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop-target]');
  const name = target?.dataset['dropTarget'];
  return isPlace(name) ? name : null;
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
