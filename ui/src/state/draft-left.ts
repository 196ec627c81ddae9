/** The boards that were left in this run of the program, so that undo goes on in each where it was left. */
import { emptyHistory, mapped, seal, type History } from '../board/history';
import type { Board } from '../platform';

/** A board, what can be undone in it, and its chosen shot. */
export interface Left {
  readonly board: Board;
  readonly history: History<Board>;
  readonly selected: number;
}

/** Boards that are remembered; those that were left before them are forgotten. */
const KEPT = 20;

export class LeftBoards {
  /** By id; the one that was left last stands at the end. */
  #left = new Map<string, Left>();

  /** Remembers a board that is left. */
  keep({ board, history, selected }: Left): void {
    if (board.id === '') return;
    this.#left.delete(board.id);
    this.#left.set(board.id, { board, history: seal(history), selected });
    const [oldest] = this.#left.keys();
    if (this.#left.size > KEPT && oldest !== undefined) this.#left.delete(oldest);
  }

  /** An opened board as it was left. Without anything to undo when it was never left, or is another one since: the steps
   *  would lead to boards that have nothing to do with it. Its name may have been changed in the list. */
  back(board: Board): Left {
    const left = this.#left.get(board.id);
    if (left && isSame(left.board, { ...board, name: left.board.name })) return renamed(left, board.name);
    return { board, history: emptyHistory(), selected: 0 };
  }
}

/** With a name that no step takes back: it was given elsewhere. */
function renamed(left: Left, name: string): Left {
  const { name: before } = left.board;
  if (name === before) return left;
  // A board that two steps have in common stays one.
  const known = new Map<Board, Board>();
  const rename = (board: Board): Board => {
    const again = known.get(board) ?? (board.name === before ? { ...board, name } : board);
    known.set(board, again);
    return again;
  };
  return { ...left, board: rename(left.board), history: mapped(left.history, rename) };
}

/** Whether two values of a board say the same, in whatever order their fields stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const fields = new Map(Object.entries(other));
  const own = Object.entries(one);
  return (
    own.length === fields.size &&
    own.every(([name, value]) => fields.has(name) && isSame(value, fields.get(name)))
  );
}
