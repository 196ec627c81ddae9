/** What the keys of the timeline do. The same functions stand behind its buttons. */
import type { Edit } from '../board/edit';
import { startOf } from '../board/timeline';
import type { Binding } from '../shell/keyboard';
import { draft } from '../state/draft.svelte';
import { stage } from '../state/stage.svelte';
import { FRAMES_PER_SECOND } from '../platform';
import { focus } from './focus.svelte';

/** Edits of lengths: they choose no shot, and a playhead that was put elsewhere stays there. */
const LENGTHS: ReadonlySet<Edit['kind']> = new Set<Edit['kind']>(['trim', 'roll', 'fit']);

/** Carries out an edit of the timeline, and brings the playhead to the chosen shot when the draft is on the stage. A clip
 *  keeps its picture: it was made before the edit, and what it shows elsewhere is another shot. */
export function editShots(edit: Edit): boolean {
  const stood = isOnChosen();
  if (!draft.edit(edit)) return false;
  if (stage.shown.kind === 'draft' && (stood || !LENGTHS.has(edit.kind))) bringPlayhead();
  return true;
}

/** Chooses a shot; the playhead goes there unless it already is or something plays. */
export function chooseShot(index: number): void {
  draft.select(index);
  bringPlayhead();
}

function bringPlayhead(): void {
  if (stage.playing || isOnChosen()) return;
  stage.seek(startOf(draft.board, draft.selected) * stage.framesPerSecond);
}

/** Whether the playhead stands on the chosen shot. */
function isOnChosen(): boolean {
  const start = startOf(draft.board, draft.selected);
  const seconds = draft.board.shots[draft.selected]?.seconds ?? 0;
  return stage.second >= start && stage.second < start + seconds;
}

/** The second the playhead cuts at: the nearest whole one. */
export function cutSecond(): number {
  return Math.round(stage.second);
}

export const split = (): void => void editShots({ kind: 'split', at: cutSecond(), id: crypto.randomUUID() });
export const add = (): void => {
  if (editShots({ kind: 'add', id: crypto.randomUUID() })) chooseShot(draft.board.shots.length - 1);
};
export const duplicate = (): void =>
  void editShots({ kind: 'duplicate', index: draft.selected, id: crypto.randomUUID() });
export const merge = (): void => void editShots({ kind: 'merge', index: draft.selected });
export const remove = (): void => void editShots({ kind: 'delete', index: draft.selected });
export const fit = (): void => void editShots({ kind: 'fit' });

/** Makes the chosen shot longer or shorter, and says how long it is now. */
export function trim(by: number): void {
  const shot = draft.board.shots[draft.selected];
  if (!shot || !editShots({ kind: 'trim', index: draft.selected, seconds: shot.seconds + by })) return;
  const seconds = draft.board.shots[draft.selected]?.seconds ?? 0;
  const left = Math.max(0, (draft.limits?.seconds.max ?? 0) - draft.seconds);
  draft.tell({ key: 'spoken.trimmed', values: { shot: draft.selected + 1, seconds, left } });
}

/** Moves the chosen shot by a place. */
export function reorder(by: number): void {
  if (!editShots({ kind: 'move', from: draft.selected, to: draft.selected + by })) return;
  draft.tell({ key: 'spoken.moved', values: { shot: draft.selected + 1, count: draft.board.shots.length } });
}

/** Hears a key on a shot. True when it was one of the timeline's. */
export function shotKey(event: KeyboardEvent): boolean {
  const last = draft.board.shots.length - 1;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.ctrlKey || event.metaKey) return false;
  if (step !== undefined) {
    if (event.altKey) reorder(step);
    else if (event.shiftKey) trim(step);
    else chooseShot(draft.selected + step);
    return true;
  }
  if (event.key === 'Home') chooseShot(0);
  else if (event.key === 'End') chooseShot(last);
  else if (event.key === 'Enter') focus.editPrompt();
  else return false;
  return true;
}

export const timelineKeys: readonly Binding[] = [
  { keys: ['S'], label: 'keys.split', group: 'timeline', run: split },
  { keys: ['A'], label: 'keys.add', group: 'timeline', run: add },
  { keys: ['D'], label: 'keys.duplicate-shot', group: 'timeline', run: duplicate },
  { keys: ['M'], label: 'keys.merge', group: 'timeline', run: merge },
  { keys: ['Del', 'Backspace'], label: 'keys.delete', group: 'timeline', run: remove },
  { keys: ['Left', 'Right'], label: 'keys.between-shots', group: 'timeline' },
  { keys: ['Shift+Left', 'Shift+Right'], label: 'keys.trim', group: 'timeline' },
  { keys: ['Alt+Left', 'Alt+Right'], label: 'keys.reorder', group: 'timeline' },
  { keys: ['Home', 'End'], label: 'keys.first-last', group: 'timeline' },
  { keys: ['Enter'], label: 'keys.edit-prompt', group: 'timeline' },
];

const second = (): number => Math.round(stage.framesPerSecond || FRAMES_PER_SECOND);

export const playerKeys: readonly Binding[] = [
  { keys: ['Shift+L'], label: 'keys.loop', group: 'player', run: () => (stage.loop = !stage.loop) },
  { keys: ['Space', 'K'], label: 'keys.play', group: 'player', run: () => stage.toggle() },
  { keys: ['J'], label: 'keys.backwards', group: 'player', run: () => stage.shuttle(-1) },
  { keys: ['L'], label: 'keys.forwards', group: 'player', run: () => stage.shuttle(1) },
  { keys: ['Left'], label: 'keys.frame-back', group: 'player', whileHeld: true, run: () => stage.step(-1) },
  { keys: ['Right'], label: 'keys.frame-on', group: 'player', whileHeld: true, run: () => stage.step(1) },
  {
    keys: ['Shift+Left'],
    label: 'keys.second-back',
    group: 'player',
    whileHeld: true,
    run: () => stage.step(-second()),
  },
  {
    keys: ['Shift+Right'],
    label: 'keys.second-on',
    group: 'player',
    whileHeld: true,
    run: () => stage.step(second()),
  },
  { keys: ['Home'], label: 'keys.start', group: 'player', run: () => stage.step(-Infinity) },
  { keys: ['End'], label: 'keys.end', group: 'player', run: () => stage.step(Infinity) },
];
