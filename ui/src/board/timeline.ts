/** Where shots lie in time, and what a pointer on the timeline means. Seconds are whole unless a name says otherwise. */
import type { Board } from '../platform/contract';

/** The second a shot begins at. */
export function startOf(board: Pick<Board, 'shots'>, index: number): number {
  let start = 0;
  for (let at = 0; at < index; at += 1) start += board.shots[at]?.seconds ?? 0;
  return start;
}

/** The shot that lies under a second; the last one at and beyond the end, -1 on a board without shots. */
export function shotAt(board: Pick<Board, 'shots'>, second: number): number {
  let end = 0;
  for (const [index, shot] of board.shots.entries()) {
    end += shot.seconds;
    if (second < end) return index;
  }
  return board.shots.length - 1;
}

/** How far beyond a wall a dragged edge follows the pointer at most, in pixels. */
const GIVE = 9;
/** How near a whole second, in seconds, a dragged edge sticks to it. */
const MAGNET = 0.14;

/** Where a dragged edge is drawn (in parts of a second), and the whole second it would be let go at. */
export interface DraggedEdge {
  drawn: number;
  second: number;
  /** The pointer is beyond a wall. */
  atWall: boolean;
}

/**
 * Follows a pointer with an edge that must stay between two seconds. Near a whole second it sticks; beyond a wall it
 * gives a little and ever less, so that the wall is felt and not merely met.
 */
export function dragEdge(pointer: number, min: number, max: number, pixelsPerSecond: number): DraggedEdge {
  const second = Math.round(Math.min(max, Math.max(min, pointer)));
  const wall = pointer < min ? min : pointer > max ? max : undefined;
  if (wall !== undefined) {
    const beyond = Math.abs(pointer - wall) * pixelsPerSecond;
    const give = (GIVE * beyond) / (beyond + 4 * GIVE) / pixelsPerSecond;
    return { drawn: wall + Math.sign(pointer - wall) * give, second, atWall: beyond > 1 };
  }
  const near = Math.round(pointer);
  return { drawn: Math.abs(pointer - near) < MAGNET ? near : pointer, second, atWall: false };
}

/**
 * The place a dragged shot would take: it passes a neighbour when its own leading edge passes the neighbour's middle.
 * `shift` is how far it was dragged, in parts of a second.
 */
export function placeWhileDragging(board: Pick<Board, 'shots'>, from: number, shift: number): number {
  const shot = board.shots[from];
  if (!shot) return from;
  const start = startOf(board, from) + shift;
  const end = start + shot.seconds;
  let place = from;
  for (let index = from + 1; index < board.shots.length; index += 1) {
    if (end > middleOf(board, index)) place = index;
  }
  for (let index = from - 1; index >= 0; index -= 1) {
    if (start < middleOf(board, index)) place = index;
  }
  return place;
}

function middleOf(board: Pick<Board, 'shots'>, index: number): number {
  return startOf(board, index) + (board.shots[index]?.seconds ?? 0) / 2;
}

/** How far each shot is drawn from its own place while one is dragged to another, in seconds. */
export function shiftsWhileDragging(board: Pick<Board, 'shots'>, from: number, to: number): number[] {
  const moved = board.shots[from]?.seconds ?? 0;
  return board.shots.map((_, index) => {
    if (index === from) return 0;
    if (index > from && index <= to) return -moved;
    if (index < from && index >= to) return moved;
    return 0;
  });
}
