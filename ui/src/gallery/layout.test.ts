import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CAPTION,
  cellsOf,
  GAP,
  layout,
  neighbour,
  recycle,
  rowOf,
  rowsBetween,
  shapeOf,
  startOfDay,
  type Tile,
} from './layout';

const NOON = new Date(2026, 10, 19, 12).getTime();
const HOUR = 3_600_000;

function tile(index: number, shape = 16 / 9): Tile {
  return { width: Math.round(720 * shape), height: 720, created_at: NOON - index * HOUR };
}

const tiles = fc.array(
  fc.record({
    width: fc.integer({ min: 0, max: 4_000 }),
    height: fc.integer({ min: 0, max: 4_000 }),
    hours: fc.integer({ min: 0, max: 30 }),
  }),
  { maxLength: 120 },
);
function ordered(made: { width: number; height: number; hours: number }[]): Tile[] {
  let at = NOON;
  return made.map(({ width, height, hours }) => ({ width, height, created_at: (at -= hours * HOUR) }));
}

test('every tile lies in exactly one row, in order, and rows follow without overlap', () => {
  fc.assert(
    fc.property(tiles, fc.integer({ min: 200, max: 2_400 }), (made, width) => {
      const list = ordered(made);
      const plan = layout(list, width);
      let next = 0;
      let bottom = 0;
      for (const row of plan.rows) {
        expect(row.top).toBeGreaterThanOrEqual(bottom);
        bottom = row.top + row.height;
        if (row.kind === 'day') expect(row.first).toBe(next);
        else {
          expect(row.first).toBe(next);
          next += row.count;
        }
      }
      expect(next).toBe(list.length);
      expect(plan.height).toBeGreaterThanOrEqual(bottom);
    }),
  );
});

test('no cell reaches beyond the width, and neighbours keep their gap', () => {
  fc.assert(
    fc.property(tiles, fc.integer({ min: 200, max: 2_400 }), (made, width) => {
      const list = ordered(made);
      for (const row of layout(list, width).rows) {
        let edge = -GAP;
        for (const cell of cellsOf(row, list, width)) {
          expect(cell.left - edge).toBe(GAP);
          expect(cell.width).toBeGreaterThan(0);
          edge = cell.left + cell.width;
        }
        expect(edge).toBeLessThanOrEqual(width);
      }
    }),
  );
});

test('a full row ends exactly at the right edge', () => {
  const list = Array.from({ length: 12 }, (_, index) => ({ ...tile(0), created_at: NOON - index }));
  const plan = layout(list, 834);
  const row = plan.rows[1];
  expect(row?.kind).toBe('tiles');
  const last = row && cellsOf(row, list, 834).at(-1);
  expect(last && last.left + last.width).toBe(834);
});

test('names and marks have their own room below the pictures', () => {
  const [, row] = layout([tile(0)], 900).rows;
  expect(row?.kind === 'tiles' && row.height - row.picture).toBe(CAPTION);
  const [cell] = row ? cellsOf(row, [tile(0)], 900) : [];
  expect(row?.kind === 'tiles' && cell && cell.width / row.picture).toBeCloseTo(16 / 9, 1);
});

test('each day begins with a heading that knows its takes', () => {
  const list = [tile(0), tile(1), tile(20), tile(48)];
  const days = layout(list, 900).rows.filter((row) => row.kind === 'day');
  expect(days.map((row) => [row.first, row.count])).toEqual([
    [0, 2],
    [2, 1],
    [3, 1],
  ]);
  expect(days[0]?.day).toBe(startOfDay(NOON));
});

test('banners and strips are kept within bounds', () => {
  expect(shapeOf({ width: 9_000, height: 100, created_at: 0 })).toBe(2.4);
  expect(shapeOf({ width: 100, height: 9_000, created_at: 0 })).toBe(0.5);
  expect(shapeOf({ width: 0, height: 0, created_at: 0 })).toBeCloseTo(16 / 9);
});

test('a hundred thousand takes are laid out and windowed without walking through them', () => {
  const list = Array.from({ length: 100_000 }, (_, index) =>
    tile(index / 10, [16 / 9, 9 / 16, 1][index % 3]),
  );
  const plan = layout(list, 1_000);
  expect(plan.height).toBeLessThan(30_000_000);
  const [first, last] = rowsBetween(plan, plan.height - 2_000, plan.height);
  expect(last).toBe(plan.rows.length - 1);
  expect(last - first).toBeLessThan(30);
  const drawn = plan.rows
    .slice(first, last + 1)
    .reduce((sum, row) => sum + cellsOf(row, list, 1_000).length, 0);
  expect(drawn).toBeLessThan(300);
  for (const index of [0, 1, 49_999, 99_999]) {
    const row = plan.rows[rowOf(plan, index)];
    expect(row?.kind).toBe('tiles');
    expect(row && index >= row.first && index < row.first + row.count).toBe(true);
  }
});

test('the window holds every row it touches and none beside it', () => {
  const list = Array.from({ length: 200 }, (_, index) => tile(index / 4));
  const plan = layout(list, 900);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Math.ceil(plan.height) }), (from) => {
      const [first, last] = rowsBetween(plan, from, from + 600);
      plan.rows.forEach((row, index) => {
        const touches = row.top + row.height > from && row.top < from + 600;
        expect(index >= first && index <= last).toBe(touches);
      });
    }),
  );
  expect(rowsBetween(layout([], 900), 0, 600)).toEqual([0, -1]);
});

test('arrow keys go to the neighbour that the eye expects', () => {
  const list = Array.from({ length: 9 }, (_, index) => ({ ...tile(0), created_at: NOON - index }));
  const plan = layout(list, 834);
  const perRow = plan.rows[1]?.count ?? 0;
  expect(perRow).toBe(3);
  expect(neighbour(plan, list, 1, 'down')).toBe(4);
  expect(neighbour(plan, list, 4, 'up')).toBe(1);
  expect(neighbour(plan, list, 0, 'left')).toBe(0);
  expect(neighbour(plan, list, 8, 'right')).toBe(8);
  expect(neighbour(plan, list, 8, 'down')).toBe(8);
  expect(neighbour(plan, list, 1, 'up')).toBe(1);
  expect(neighbour(plan, list, 5, 'first')).toBe(0);
  expect(neighbour(plan, list, 5, 'last')).toBe(8);
  expect(neighbour(plan, list, -1, 'down')).toBe(0);
  expect(neighbour(layout([], 834), [], -1, 'right')).toBe(-1);
});

test('up and down pass over the heading of a day', () => {
  const list = [tile(0), tile(30)];
  const plan = layout(list, 834);
  expect(neighbour(plan, list, 0, 'down')).toBe(1);
  expect(neighbour(plan, list, 1, 'up')).toBe(0);
});

test('rows that stay keep their element, the others are used again', () => {
  expect(recycle([], [3, 4, 5])).toEqual([3, 4, 5]);
  expect(recycle([3, 4, 5], [4, 5, 6])).toEqual([6, 4, 5]);
  expect(recycle([3, 4, 5], [5])).toEqual([-1, -1, 5]);
  expect(recycle([-1, -1, 5], [5, 6])).toEqual([6, -1, 5]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40)), fc.uniqueArray(fc.nat(40)), (before, wanted) => {
      const after = recycle(before, wanted);
      expect(after.filter((row) => row >= 0).toSorted()).toEqual(wanted.toSorted());
      before.forEach((row, slot) => {
        if (wanted.includes(row)) expect(after[slot]).toBe(row);
      });
    }),
  );
});
