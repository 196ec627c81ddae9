import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Board } from '../platform/contract';
import { applyEdit, coalescingKey, type Edit } from './edit';
import { COALESCE_MILLISECONDS, emptyHistory, record, redo, seal, undo, type History } from './history';
import { totalSeconds, type Limits } from './limits';
import { boardOf, frameOf, sampleLimits } from './samples';

const label = { key: 'edit.prompt' } as const;

test('typing is one step, a pause begins another', () => {
  let history = emptyHistory<string>();
  history = record(history, { before: '', after: 'a', label, key: 'k', now: 0 });
  history = record(history, { before: 'a', after: 'ab', label, key: 'k', now: 100 });
  history = record(history, {
    before: 'ab',
    after: 'abc',
    label,
    key: 'k',
    now: 101 + COALESCE_MILLISECONDS,
  });
  expect(history.past).toHaveLength(2);
  expect(undo(history)?.document).toBe('ab');
});

test('a sealed step is not added to', () => {
  let history = record(emptyHistory<string>(), { before: '', after: 'a', label, key: 'k', now: 0 });
  history = record(seal(history), { before: 'a', after: 'ab', label, key: 'k', now: 1 });
  expect(history.past).toHaveLength(2);
});

test('a new edit forgets what was undone', () => {
  let history = record(emptyHistory<string>(), { before: '', after: 'a', label, now: 0 });
  history = undo(history)?.history ?? history;
  history = record(history, { before: '', after: 'b', label, now: 1 });
  expect(redo(history, 2)).toBeUndefined();
});

const index = fc.integer({ min: -1, max: 7 });
const second = fc.integer({ min: -2, max: 40 });
const id = fc.uuid();
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), at: second, id }),
  fc.record({ kind: fc.constant('merge' as const), index }),
  fc.record({ kind: fc.constant('roll' as const), index, to: second }),
  fc.record({ kind: fc.constant('trim' as const), index, seconds: second }),
  fc.record({ kind: fc.constant('move' as const), from: index, to: index }),
  fc.record({ kind: fc.constant('duplicate' as const), index, id }),
  fc.record({ kind: fc.constant('delete' as const), index }),
  fc.record({ kind: fc.constant('add' as const), id }),
  fc.constant<Edit>({ kind: 'fit' }),
  fc.record({ kind: fc.constant('prompt' as const), text: fc.string(), index: fc.nat(6) }),
  fc.record({ kind: fc.constant('takes' as const), takes: second }),
  fc.constant<Edit>({ kind: 'add-element' }),
  fc.record({ kind: fc.constant('remove-element' as const), index: fc.nat(4) }),
  fc.record({ kind: fc.constant('panel' as const), index, frame: fc.constantFrom(null, frameOf('p')) }),
  fc.constant<Edit>({ kind: 'swap-frames' }),
);

const anyLimits: fc.Arbitrary<Limits> = fc
  .record({
    min: fc.integer({ min: 1, max: 5 }),
    extra: fc.integer({ min: 1, max: 12 }),
    shots: fc.integer({ min: 1, max: 6 }),
  })
  .chain(({ min, extra, shots }) =>
    fc.integer({ min: 1, max: Math.min(3, min) }).map((shotSeconds) => ({
      ...sampleLimits,
      seconds: { min, max: min + extra },
      shots: { min: 1, max: shots },
      shotSeconds,
    })),
  );

function assertWithin(board: Board, limits: Limits): void {
  const total = totalSeconds(board);
  expect(total).toBeLessThanOrEqual(limits.seconds.max);
  expect(total).toBeGreaterThanOrEqual(limits.seconds.min);
  expect(board.shots.length).toBeGreaterThanOrEqual(1);
  expect(board.shots.length).toBeLessThanOrEqual(Math.max(1, limits.shots.max));
  for (const shot of board.shots) {
    expect(Number.isInteger(shot.seconds)).toBe(true);
    if (board.shots.length > 1) expect(shot.seconds).toBeGreaterThanOrEqual(limits.shotSeconds);
  }
  expect(new Set(board.shots.map((shot) => shot.id)).size).toBe(board.shots.length);
  expect(board.takes).toBeGreaterThanOrEqual(1);
  expect(board.takes).toBeLessThanOrEqual(limits.takes);
  expect(board.elements.length).toBeLessThanOrEqual(limits.elements);
}

test('10,000 random edits stay within the limits, and undo and redo are each other’s inverse', () => {
  fc.assert(
    fc.property(anyLimits, fc.array(anyEdit, { minLength: 100, maxLength: 100 }), (limits, edits) => {
      const first = boardOf(limits.seconds.min);
      let board = first;
      let history: History<Board> = emptyHistory();
      for (const [now, edit] of edits.entries()) {
        const outcome = applyEdit(board, edit, limits);
        if (outcome.kind === 'refused') continue;
        assertWithin(outcome.board, limits);
        const key = coalescingKey(edit);
        history = record(history, { before: board, after: outcome.board, label: outcome.label, key, now });
        board = outcome.board;
      }
      const last = board;
      let steps = 0;
      for (let back = undo(history); back; back = undo(history)) {
        const again = redo(back.history, 100);
        expect(again?.document).toBe(board);
        ({ history, document: board } = back);
        steps += 1;
      }
      expect(board).toEqual(first);
      for (let on = redo(history, 100); on; on = redo(history, 100)) {
        ({ history, document: board } = on);
        steps -= 1;
      }
      expect(steps).toBe(0);
      expect(board).toEqual(last);
    }),
    { numRuns: 100 },
  );
});
