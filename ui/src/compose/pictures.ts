import type { Board, Frame } from '../platform';

/** The picture that stands for a shot: its panel, else the well at its end of the clip. */
export function pictureOf(board: Board, index: number): Frame | null {
  const shot = board.shots[index];
  if (!shot) return null;
  if (shot.panel) return shot.panel;
  if (index === 0 && board.first_frame) return board.first_frame;
  if (index === board.shots.length - 1 && board.last_frame) return board.last_frame;
  return null;
}
