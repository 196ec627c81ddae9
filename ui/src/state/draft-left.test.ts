import { expect, test } from 'vitest';
import { emptyHistory, record, undo, type History } from '../board/history';
import { boardOf } from '../board/samples';
import type { Board } from '../platform';
import { LeftBoards } from './draft-left';

const first: Board = { ...boardOf(3, 4), name: 'Ferry' };
const second: Board = { ...first, ratio: '1:1' };
const label = { key: 'edit.prompt' } as const;

function steps(...boards: [Board, Board][]): History<Board> {
  return boards.reduce(
    (history, [before, after], now) => record(history, { before, after, label, now }),
    emptyHistory<Board>(),
  );
}

/** A board as the core answers it: nothing of it is shared with what was left. */
function answered(board: Board): Board {
  return structuredClone(board);
}

test('a board that comes back as it was left can be undone further, and has its chosen shot', () => {
  const boards = new LeftBoards();
  boards.keep({ board: second, history: steps([first, second]), selected: 1 });
  const back = boards.back(answered(second));
  expect([back.board, back.selected]).toEqual([second, 1]);
  expect(undo(back.history)?.document).toEqual(first);
});

test('a board that is another one by now has nothing to undo', () => {
  const boards = new LeftBoards();
  boards.keep({ board: second, history: steps([first, second]), selected: 1 });
  const [one, ...others] = second.shots;
  for (const other of [
    { ...answered(second), prompt: 'Written elsewhere' },
    { ...answered(second), shots: [...(one ? [{ ...one, seconds: 5 }] : []), ...others] },
    { ...answered(second), shots: others },
  ]) {
    expect(boards.back(other)).toEqual({ board: other, history: emptyHistory(), selected: 0 });
  }
});

test('undo leaves the name that a board was given in the list', () => {
  const boards = new LeftBoards();
  const unnamed = { ...first, name: 'Untitled' };
  boards.keep({ board: second, history: steps([unnamed, first], [first, second]), selected: 0 });
  const { board, history } = boards.back({ ...answered(second), name: 'Night ferry' });
  expect(board.name).toBe('Night ferry');
  const once = undo(history);
  expect(once?.document).toEqual({ ...first, name: 'Night ferry' });
  expect(once && undo(once.history)?.document.name).toBe('Untitled');
});

test('of many boards those that were left last are remembered', () => {
  const boards = new LeftBoards();
  const many = Array.from({ length: 25 }, (_, index) => ({ ...first, id: `board-${index}` }));
  for (const board of many) boards.keep({ board, history: steps([second, board]), selected: 0 });
  const remembered = many.filter((board) => boards.back(answered(board)).history.past.length > 0);
  expect(remembered.map(({ id }) => id)).toEqual(many.slice(5).map(({ id }) => id));
});
