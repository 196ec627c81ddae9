import { expect, test } from 'vitest';
import { boardOf } from '../board/samples';
import { isPromptField, promptEdit } from './prompt-of';

test('words for a board or shot that is no longer there change nothing else', () => {
  const board = boardOf(4, 4);
  expect(promptEdit(board, { board: 'other', shot: 'shot-1' }, 'late')).toBeUndefined();
  expect(promptEdit(board, { board: 'other', shot: null }, 'late')).toBeUndefined();
  expect(promptEdit(board, { board: 'board', shot: 'gone' }, 'late')).toBeUndefined();
  // The shots were merged, or the provider cuts now: a shot's words are not the main prompt.
  expect(promptEdit(boardOf(8), { board: 'board', shot: 'shot-1' }, 'late')).toBeUndefined();
  expect(
    promptEdit({ ...board, plan: 'intelligent' }, { board: 'board', shot: 'shot-1' }, 'late'),
  ).toBeUndefined();
  expect(promptEdit(board, { board: 'board', shot: null }, 'main')).toEqual({ kind: 'prompt', text: 'main' });
});

test('a shot is found where it stands by now', () => {
  const board = boardOf(4, 4);
  const moved = { ...board, shots: board.shots.toReversed() };
  expect(promptEdit(moved, { board: 'board', shot: 'shot-1' }, 'new')).toEqual({
    kind: 'prompt',
    text: 'new',
    index: 1,
  });
});

test('the negative prompt is not written in the prompt editor', () => {
  expect(['prompt', 'shots[0].prompt', 'shots[11].prompt'].every(isPromptField)).toBe(true);
  expect(['negative_prompt', 'shots[0].seconds', 'elements[0].prompt'].some(isPromptField)).toBe(false);
});
