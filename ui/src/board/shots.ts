/** Edits of the timeline. Seconds are whole; a result never breaks a limit that the board kept before. */
import type { Board, Shot } from '../platform/contract';
import type { Message } from '../strings/text';
import type { Outcome } from './edit';
import { secondsLeft, sendsShotPrompts, totalSeconds, type Limits } from './limits';
import { shotAt, startOf } from './timeline';

export function refuse(key: Message['key'], values?: Message['values']): Outcome {
  return { kind: 'refused', reason: values ? { key, values } : { key } };
}

export function done(board: Board, shots: Shot[], label: Message, select?: number): Outcome {
  const next = withPromptsMoved(board, shots);
  return select === undefined
    ? { kind: 'done', board: next, label }
    : { kind: 'done', board: next, label, select };
}

/**
 * The words follow what is sent. A clip cut into several shots takes the main prompt into its first shot; back at one
 * shot the words that were sent become the main prompt: the shot's own or, when the provider made the cuts, the main
 * prompt as it is. Where those were empty, the others stay rather than be lost.
 */
function withPromptsMoved(board: Board, shots: Shot[]): Board {
  const before = board.shots.length;
  const [first, ...rest] = shots;
  if (before === 1 && first && rest.length > 0) {
    return { ...board, shots: [{ ...first, prompt: board.prompt }, ...rest] };
  }
  if (before > 1 && first && rest.length === 0) {
    const [sent, other] = sendsShotPrompts(board)
      ? [first.prompt, board.prompt]
      : [board.prompt, first.prompt];
    const prompt = sent.trim() === '' ? other : sent;
    return { ...board, prompt, shots: [{ ...first, prompt }] };
  }
  return { ...board, shots };
}

export function split(board: Board, at: number, id: string, limits: Limits): Outcome {
  if (board.shots.length >= limits.shots.max) return refuse('refused.shots-max', { max: limits.shots.max });
  const index = shotAt(board, at);
  const shot = board.shots[index];
  if (!shot) return refuse('refused.at-end');
  const head = at - startOf(board, index);
  const tail = shot.seconds - head;
  if (head < limits.shotSeconds || tail < limits.shotSeconds) {
    return refuse('refused.too-short-to-split', { min: limits.shotSeconds });
  }
  const second: Shot = { id, prompt: '', seconds: tail, panel: null };
  const shots = board.shots.toSpliced(index, 1, { ...shot, seconds: head }, second);
  return done(board, shots, { key: 'edit.split', values: { shot: index + 1 } }, index + 1);
}

export function merge(board: Board, index: number): Outcome {
  const left = index + 1 < board.shots.length ? index : index - 1;
  const [a, b] = [board.shots[left], board.shots[left + 1]];
  if (!a || !b) return refuse('refused.nothing-to-merge');
  const prompt = [a.prompt, b.prompt].filter((text) => text.trim() !== '').join(' ');
  const merged: Shot = { ...a, prompt, seconds: a.seconds + b.seconds, panel: a.panel ?? b.panel };
  const label: Message = { key: 'edit.merge', values: { shot: left + 1, next: left + 2 } };
  return done(board, board.shots.toSpliced(left, 2, merged), label, left);
}

/** The seconds between which the cut after a shot can lie. */
export function rollRange(
  board: Board,
  index: number,
  limits: Limits,
): { min: number; max: number } | undefined {
  const [left, right] = [board.shots[index], board.shots[index + 1]];
  if (!left || !right) return undefined;
  const start = startOf(board, index);
  const end = start + left.seconds + right.seconds;
  const cut = start + left.seconds;
  // A board from another model may already be past a wall: then the cut can stay, and move to the better side.
  return {
    min: Math.min(cut, start + limits.shotSeconds),
    max: Math.max(cut, end - limits.shotSeconds),
  };
}

export function roll(board: Board, index: number, to: number, limits: Limits): Outcome {
  const range = rollRange(board, index, limits);
  const [left, right] = [board.shots[index], board.shots[index + 1]];
  if (!range || !left || !right) return refuse('refused.at-end');
  const start = startOf(board, index);
  const cut = Math.round(Math.min(range.max, Math.max(range.min, to)));
  const seconds = cut - start;
  if (seconds === left.seconds) return refuse('refused.neighbour-minimum');
  const shots = board.shots.toSpliced(
    index,
    2,
    { ...left, seconds },
    { ...right, seconds: left.seconds + right.seconds - seconds },
  );
  return done(board, shots, { key: 'edit.roll', values: { shot: index + 1 } });
}

/** The seconds between which a shot can be long when everything behind it moves along. */
export function trimRange(board: Board, index: number, limits: Limits): { min: number; max: number } {
  const seconds = board.shots[index]?.seconds ?? 0;
  const others = totalSeconds(board) - seconds;
  const shortest = board.shots.length > 1 ? limits.shotSeconds : 1;
  return {
    min: Math.max(1, Math.min(seconds, Math.max(shortest, limits.seconds.min - others))),
    max: Math.max(seconds, limits.seconds.max - others),
  };
}

export function trim(board: Board, index: number, wanted: number, limits: Limits): Outcome {
  const shot = board.shots[index];
  if (!shot) return refuse('refused.at-end');
  const range = trimRange(board, index, limits);
  const seconds = Math.round(Math.min(range.max, Math.max(range.min, wanted)));
  if (seconds === shot.seconds) return refuseTrim(board, wanted > seconds, limits);
  const shots = board.shots.with(index, { ...shot, seconds });
  return done(board, shots, { key: 'edit.trim', values: { shot: index + 1 } });
}

function refuseTrim(board: Board, longer: boolean, limits: Limits): Outcome {
  if (longer) return refuse('refused.total-maximum', { max: limits.seconds.max });
  const atTotal = totalSeconds(board) <= limits.seconds.min;
  if (atTotal) return refuse('refused.total-minimum', { min: limits.seconds.min });
  return refuse('refused.shot-minimum', { min: limits.shotSeconds });
}

export function move(board: Board, from: number, to: number): Outcome {
  const shot = board.shots[from];
  const place = Math.min(board.shots.length - 1, Math.max(0, to));
  if (!shot || place === from) return refuse('refused.at-end');
  const shots = board.shots.toSpliced(from, 1).toSpliced(place, 0, shot);
  return done(board, shots, { key: 'edit.move', values: { from: from + 1, to: place + 1 } }, place);
}

export function duplicate(board: Board, index: number, id: string, limits: Limits): Outcome {
  const shot = board.shots[index];
  if (!shot) return refuse('refused.at-end');
  const full = roomRefusal(board, limits);
  if (full) return full;
  const seconds = Math.min(shot.seconds, secondsLeft(board, limits));
  // The words of a lone shot are the board's. A shot among several has its own, sent or not.
  const prompt = board.shots.length > 1 ? shot.prompt : board.prompt;
  const copy: Shot = { ...shot, id, prompt, seconds: Math.max(seconds, limits.shotSeconds) };
  const label: Message = { key: 'edit.duplicate', values: { shot: index + 1 } };
  return done(board, board.shots.toSpliced(index + 1, 0, copy), label, index + 1);
}

export function add(board: Board, id: string, limits: Limits): Outcome {
  const full = roomRefusal(board, limits);
  if (full) return full;
  const like = board.shots.at(-1)?.seconds ?? limits.seconds.min;
  const seconds = Math.max(limits.shotSeconds, Math.min(like, secondsLeft(board, limits)));
  const shots = [...board.shots, { id, prompt: '', seconds, panel: null }];
  return done(board, shots, { key: 'edit.add', values: { shot: shots.length } }, shots.length - 1);
}

/** Why one more shot does not fit, if it does not. */
function roomRefusal(board: Board, limits: Limits): Outcome | undefined {
  if (board.shots.length >= limits.shots.max) return refuse('refused.shots-max', { max: limits.shots.max });
  const left = secondsLeft(board, limits);
  if (left === 0) return refuse('refused.no-seconds', { max: limits.seconds.max });
  if (left < limits.shotSeconds) return refuse('refused.too-few-seconds', { left, min: limits.shotSeconds });
  // A lone shot may be shorter than a shot among several has to be: then it cannot get company.
  const [first] = board.shots;
  const tooShort = board.shots.length === 1 && first && first.seconds < limits.shotSeconds;
  return tooShort ? refuse('refused.shot-minimum', { min: limits.shotSeconds }) : undefined;
}

/** Whether a shot can be added at the end. */
export function canAdd(board: Board, limits: Limits): boolean {
  return roomRefusal(board, limits) === undefined;
}

export function remove(board: Board, index: number, limits: Limits): Outcome {
  if (board.shots.length <= 1 || !board.shots[index]) return refuse('refused.only-shot');
  const shots = board.shots.toSpliced(index, 1);
  const select = Math.min(index, shots.length - 1);
  const missing = limits.seconds.min - totalSeconds({ shots });
  const heir = shots[select];
  // A clip that would get too short keeps its least length: the shot that takes the place takes the seconds.
  if (missing > 0 && heir) shots[select] = { ...heir, seconds: heir.seconds + missing };
  return done(board, shots, { key: 'edit.delete', values: { shot: index + 1 } }, select);
}

export function fit(board: Board, limits: Limits): Outcome {
  const { max } = limits.seconds;
  if (totalSeconds(board) === max) return refuse('refused.total-maximum', { max });
  const shortest = board.shots.length > 1 ? limits.shotSeconds : 1;
  if (shortest * board.shots.length > max) return refuse('refused.shot-minimum', { min: shortest });
  const shots = scaled(board.shots, max, shortest);
  return done(board, shots, { key: 'edit.fit', values: { seconds: max } });
}

/** Shots with the same proportions and a given total, each at least `shortest`, by largest remainders. */
export function scaled(shots: Shot[], total: number, shortest: number): Shot[] {
  const sum = Math.max(1, totalSeconds({ shots }));
  const lengths = shots.map((shot) =>
    Math.max(shortest, Math.floor((Math.max(0, shot.seconds) * total) / sum)),
  );
  const remainder = (index: number): number => (Math.max(0, shots[index]?.seconds ?? 0) * total) % sum;
  const order = lengths.map((_, index) => index).sort((a, b) => remainder(b) - remainder(a));
  let rest = total - lengths.reduce((a, b) => a + b, 0);
  for (let turn = 0; rest !== 0; turn += 1) {
    const index = order[turn % order.length] ?? 0;
    const length = lengths[index] ?? shortest;
    if (rest > 0) {
      lengths[index] = length + 1;
      rest -= 1;
    } else if (length > shortest) {
      lengths[index] = length - 1;
      rest += 1;
    }
  }
  return shots.map((shot, index) => ({ ...shot, seconds: lengths[index] ?? shot.seconds }));
}
