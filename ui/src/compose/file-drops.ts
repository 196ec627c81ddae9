/** Files of the system over the window: which place they are held over, and taking them in when they are let go. */
import type { FileDrag } from '../platform';
import { intake, isPlace, type Place } from '../state/intake.svelte';
import { toasts } from '../state/toasts.svelte';
import { t } from '../strings/text';

/** The place under a point of the window. */
export function placeAt(x: number, y: number): Place | null {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop-target]');
  const name = target?.dataset['dropTarget'];
  return isPlace(name) ? name : null;
}

/** The place a picture is pasted into: the one under the pointer, else the one with the focus, else the first frame. */
export function placeToPaste(): Place {
  // What is pasted goes into a place that can hold it, wherever on the timeline the pointer rests.
  const holds = '[data-drop-target]:not([data-drop-target="timeline"])';
  const hovered = document.querySelector<HTMLElement>(`${holds}:hover`);
  const focused = document.activeElement?.closest<HTMLElement>(holds);
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
  if (drag.paths.length === 0) return;
  if (place) void intake.drop(place, drag.paths);
  else toasts.show({ text: t('intake.nowhere') });
}
