/** What a model allows, as the edits need it. Every figure comes from the profile; none is written down here. */
import type { Board, Profile } from '../platform/contract';

/** All lengths in whole seconds. */
export interface Limits {
  seconds: { min: number; max: number };
  shots: { min: number; max: number };
  /** Shortest shot of a clip with several. */
  shotSeconds: number;
  takes: number;
  elements: number;
  /** How many pictures an element has, where pictures stand for it. */
  elementPictures: { min: number; max: number };
}

export function limitsOf(profile: Profile): Limits {
  return {
    seconds: profile.seconds,
    shots: profile.shots,
    shotSeconds: Math.max(1, profile.shot_seconds_min),
    takes: Math.max(1, profile.takes_max),
    elements: profile.elements_max,
    elementPictures: profile.element_pictures,
  };
}

/** The sum of all shots in seconds. */
export function totalSeconds(board: Pick<Board, 'shots'>): number {
  return board.shots.reduce((sum, shot) => sum + shot.seconds, 0);
}

/** Seconds that can still be given away; never negative. */
export function secondsLeft(board: Pick<Board, 'shots'>, limits: Limits): number {
  return Math.max(0, limits.seconds.max - totalSeconds(board));
}

/** Whether each shot's own prompt is what is sent. */
export function sendsShotPrompts(board: Pick<Board, 'shots' | 'plan'>): boolean {
  return board.shots.length > 1 && board.plan === 'customize';
}

/** The words that stand for a shot: its own, or the board's when it is the only one or the provider cuts. */
export function wordsOf(board: Board, index: number): string {
  return sendsShotPrompts(board) ? (board.shots[index]?.prompt ?? '') : board.prompt;
}

/** Characters as providers count them: Unicode scalar values. */
export function characters(text: string): number {
  let count = 0;
  // Counting code points by hand: a spread would build an array for every keystroke.
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff || at === 0 || !isHighSurrogate(text.charCodeAt(at - 1))) count += 1;
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
