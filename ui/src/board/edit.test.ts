import { describe, expect, test } from 'vitest';
import { applyEdit, type Edit, type Outcome } from './edit';
import { totalSeconds } from './limits';
import { boardOf, frameOf, sampleLimits as limits } from './samples';
import type { Board } from '../platform/contract';

function edited(board: Board, edit: Edit): Board {
  const outcome = applyEdit(board, edit, limits);
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason.key}`);
  return outcome.board;
}
const reason = (outcome: Outcome): string => (outcome.kind === 'refused' ? outcome.reason.key : 'done');
const lengths = (board: Board): number[] => board.shots.map((shot) => shot.seconds);
const words = (board: Board): string[] => board.shots.map((shot) => shot.prompt);

describe('the words follow what is sent', () => {
  test('splitting a one-shot board takes the main prompt into shot 1', () => {
    const board = edited(boardOf(5), { kind: 'split', at: 2, id: 'new' });
    expect(words(board)).toEqual(['words 1', '']);
    expect(board.prompt).toBe('words 1');
    expect(lengths(board)).toEqual([2, 3]);
  });

  test('merging back to one shot makes its words the main prompt', () => {
    const board = edited(boardOf(4, 4), { kind: 'merge', index: 0 });
    expect(board.prompt).toBe('words 1 words 2');
    expect(lengths(board)).toEqual([8]);
  });

  test('deleting down to an empty shot keeps the main prompt', () => {
    const wordless = { ...boardOf(4, 4), prompt: 'main' };
    wordless.shots = wordless.shots.map((shot) => ({ ...shot, prompt: '' }));
    expect(edited(wordless, { kind: 'delete', index: 1 }).prompt).toBe('main');
  });

  test('the prompt of shot 1 of a one-shot board is the main prompt', () => {
    const board = edited(boardOf(5), { kind: 'prompt', index: 0, text: 'new' });
    expect(board.prompt).toBe('new');
    const several = edited(boardOf(3, 3), { kind: 'prompt', index: 1, text: 'new' });
    expect(several.prompt).toBe('');
    expect(words(several)).toEqual(['words 1', 'new']);
  });

  test('duplicating a one-shot board copies its words into both shots', () => {
    const board = edited(boardOf(5), { kind: 'duplicate', index: 0, id: 'new' });
    expect(words(board)).toEqual(['words 1', 'words 1']);
  });

  test('when the provider cuts, back at one shot the main prompt stays what is sent', () => {
    const old = { ...boardOf(6), prompt: 'old words' };
    const cut = edited(edited(old, { kind: 'split', at: 3, id: 'new' }), {
      kind: 'plan',
      plan: 'intelligent',
    });
    const written = edited(cut, { kind: 'prompt', text: 'the new words that are sent' });
    for (const edit of [
      { kind: 'delete', index: 0 },
      { kind: 'delete', index: 1 },
      { kind: 'merge', index: 0 },
    ] as const) {
      const { prompt, shots } = edited(written, edit);
      expect([prompt, shots[0]?.prompt]).toEqual([
        'the new words that are sent',
        'the new words that are sent',
      ]);
    }
  });

  test('when the provider cuts and there is no main prompt, the words of the last shot are not lost', () => {
    const board: Board = { ...boardOf(4, 4), plan: 'intelligent' };
    expect(edited(board, { kind: 'delete', index: 1 }).prompt).toBe('words 1');
  });

  test('when the provider cuts, a duplicated shot keeps its own words', () => {
    const board: Board = { ...boardOf(4, 4), prompt: 'main', plan: 'intelligent' };
    const doubled = edited(board, { kind: 'duplicate', index: 1, id: 'new' });
    expect(words(doubled)).toEqual(['words 1', 'words 2', 'words 2']);
    expect(doubled.prompt).toBe('main');
  });
});

describe('lengths', () => {
  test('a roll keeps the total', () => {
    const board = edited(boardOf(4, 4, 4), { kind: 'roll', index: 0, to: 6 });
    expect(lengths(board)).toEqual([6, 2, 4]);
  });

  test('a roll stops before a neighbour is too short', () => {
    const outcome = edited(boardOf(4, 4), { kind: 'roll', index: 0, to: 99 });
    expect(lengths(outcome)).toEqual([7, 1]);
  });

  test('a trim moves what follows and stops at the longest clip', () => {
    const board = edited(boardOf(4, 4, 4), { kind: 'trim', index: 0, seconds: 40 });
    expect(lengths(board)).toEqual([7, 4, 4]);
  });

  test('a clip is never trimmed below the shortest the model makes', () => {
    expect(reason(applyEdit(boardOf(3), { kind: 'trim', index: 0, seconds: 2 }, limits))).toBe(
      'refused.total-minimum',
    );
  });

  test('deleting gives missing seconds to the shot that takes the place', () => {
    const board = edited(boardOf(2, 2), { kind: 'delete', index: 0 });
    expect(lengths(board)).toEqual([3]);
  });

  test('fit keeps the proportions and gives out every second', () => {
    expect(lengths(edited(boardOf(2, 4), { kind: 'fit' }))).toEqual([5, 10]);
    expect(lengths(edited(boardOf(1, 1, 1, 1), { kind: 'fit' }))).toEqual([4, 4, 4, 3]);
    expect(lengths(edited(boardOf(20, 10), { kind: 'fit' }))).toEqual([10, 5]);
  });

  test('a new shot is as long as the one before it, or as what is left', () => {
    expect(lengths(edited(boardOf(5), { kind: 'add', id: 'a' }))).toEqual([5, 5]);
    expect(lengths(edited(boardOf(6, 7), { kind: 'add', id: 'a' }))).toEqual([6, 7, 2]);
  });
});

describe('refusals change nothing and say why', () => {
  test.each<[string, Board, Edit, string]>([
    ['a seventh shot', boardOf(2, 2, 2, 2, 2, 2), { kind: 'add', id: 'x' }, 'refused.shots-max'],
    ['no seconds left', boardOf(8, 7), { kind: 'add', id: 'x' }, 'refused.no-seconds'],
    [
      'a cut at the edge of a shot',
      boardOf(4, 4),
      { kind: 'split', at: 4, id: 'x' },
      'refused.too-short-to-split',
    ],
    ['the only shot', boardOf(5), { kind: 'delete', index: 0 }, 'refused.only-shot'],
    ['nothing beside it', boardOf(5), { kind: 'merge', index: 0 }, 'refused.nothing-to-merge'],
    ['no place further', boardOf(4, 4), { kind: 'move', from: 1, to: 5 }, 'refused.at-end'],
  ])('%s', (_, board, edit, expected) => {
    expect(reason(applyEdit(board, edit, limits))).toBe(expected);
  });
});

test('seconds that are left and too few for a shot are named', () => {
  const longer = { ...limits, shotSeconds: 3 };
  for (const edit of [
    { kind: 'add', id: 'x' },
    { kind: 'duplicate', index: 0, id: 'x' },
  ] as const) {
    expect(applyEdit(boardOf(5, 8), edit, longer)).toEqual({
      kind: 'refused',
      reason: { key: 'refused.too-few-seconds', values: { left: 2, min: 3 } },
    });
    expect(reason(applyEdit(boardOf(5, 10), edit, longer))).toBe('refused.no-seconds');
  }
});

test('frames swap and move as a pair', () => {
  const board = edited(boardOf(5), { kind: 'both-frames', first: frameOf('a'), last: frameOf('b') });
  const swapped = edited(board, { kind: 'swap-frames' });
  expect(swapped.first_frame?.id).toBe('b');
  expect(swapped.last_frame?.id).toBe('a');
});

test('a board from another model beyond the walls can be brought back and not driven further', () => {
  const long = boardOf(10, 10);
  expect(reason(applyEdit(long, { kind: 'trim', index: 0, seconds: 11 }, limits))).toBe(
    'refused.total-maximum',
  );
  expect(totalSeconds(edited(long, { kind: 'trim', index: 0, seconds: 5 }))).toBe(15);
});
