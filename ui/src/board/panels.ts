/** Pictures that become shots of their own. */
import type { Board, Frame, Shot } from '../platform/contract';
import type { Outcome } from './edit';
import { totalSeconds, type Limits } from './limits';
import { done, refuse, scaled } from './shots';

/** How many shots a clip can have at most: as many as are allowed, and as its seconds are enough for. */
export function mostShots({ shots, seconds, shotSeconds }: Limits): number {
  return Math.min(shots.max, Math.floor(seconds.max / shotSeconds));
}

/** How many more shots fit, if all share the seconds. */
export function roomForPanels(board: Pick<Board, 'shots'>, limits: Limits): number {
  return Math.max(0, mostShots(limits) - board.shots.length);
}

/** The first of the shots at the end that have no panel yet: what is dropped on the timeline goes on from there. */
export function firstWithoutPanel({ shots }: Pick<Board, 'shots'>): number {
  return shots.findLastIndex((shot) => shot.panel !== null) + 1;
}

/** A shot at the end for each picture. Where the seconds are too few, all shots get shorter by the same measure. */
export function addPanels(
  board: Board,
  frames: readonly Frame[],
  ids: readonly string[],
  limits: Limits,
): Outcome {
  const fitting = frames.slice(0, roomForPanels(board, limits));
  if (fitting.length === 0) return refuse('refused.shots-max', { max: mostShots(limits) });
  const like = Math.max(limits.shotSeconds, board.shots.at(-1)?.seconds ?? limits.seconds.min);
  const added = fitting.flatMap((panel, index): Shot[] => {
    const id = ids[index];
    return id === undefined ? [] : [{ id, prompt: '', seconds: like, panel }];
  });
  const shots = [...board.shots, ...added];
  const total = Math.min(limits.seconds.max, totalSeconds({ shots }));
  return done(
    board,
    scaled(shots, total, limits.shotSeconds),
    { key: 'edit.add-panels', values: { count: added.length } },
    shots.length - 1,
  );
}
