import { expect, test } from 'vitest';
import { applyEdit, type Outcome } from './edit';
import { firstWithoutPanel, roomForPanels } from './panels';
import { boardOf, frameOf, sampleLimits as limits } from './samples';
import type { Limits } from './limits';

function added(seconds: number[], pictures: number, within: Limits = limits): Outcome {
  const names = Array.from({ length: pictures }, (_, index) => `new-${index + 1}`);
  const edit = { kind: 'add-panels', frames: names.map(frameOf), ids: names } as const;
  return applyEdit(boardOf(...seconds), edit, within);
}
const lengths = (outcome: Outcome): number[] =>
  outcome.kind === 'done' ? outcome.board.shots.map((shot) => shot.seconds) : [];

test('each picture gets a shot as long as the last one while there are seconds', () => {
  expect(lengths(added([4], 2))).toEqual([4, 4, 4]);
  expect(lengths(added([5, 2], 1))).toEqual([5, 2, 2]);
});

test('where the seconds are too few, all shots share them', () => {
  expect(lengths(added([15], 2))).toEqual([5, 5, 5]);
  expect(lengths(added([5, 5, 5], 3)).reduce((sum, one) => sum + one, 0)).toBe(15);
});

test('as many are added as shots are allowed, and seconds are enough for', () => {
  expect(lengths(added([5], 9))).toHaveLength(limits.shots.max);
  expect(lengths(added([5], 9, { ...limits, shotSeconds: 5 }))).toEqual([5, 5, 5]);
  expect(roomForPanels(boardOf(5), { ...limits, shots: { min: 1, max: 1 } })).toBe(0);
  expect(added([5], 1, { ...limits, shots: { min: 1, max: 1 } }).kind).toBe('refused');
});

test('the next picture goes behind the last panel', () => {
  const board = boardOf(3, 3, 3);
  expect(firstWithoutPanel(board)).toBe(0);
  const [a, b, c] = board.shots;
  const panel = frameOf('panel');
  if (a && b && c) expect(firstWithoutPanel({ shots: [a, { ...b, panel }, c] })).toBe(2);
});
