import { expect, test } from 'vitest';
import { rowAfter } from './row-after';

const rows = ['a', 'b', 'c', 'd'];

test('the row that follows a trashed one has the focus, and behind the last one the row before it', () => {
  expect(rowAfter(rows, ['a', 'c', 'd'], 'b')).toBe('c');
  expect(rowAfter(rows, ['a', 'b', 'c'], 'd')).toBe('c');
  expect(rowAfter(rows, ['b', 'c', 'd'], 'a')).toBe('b');
  // More went with it, and one came in: only a row that was there before is a neighbour.
  expect(rowAfter(rows, ['new', 'a', 'd'], 'b')).toBe('d');
  expect(rowAfter(rows, ['new', 'a'], 'b')).toBe('a');
});

test('a row that only moved keeps the focus', () => {
  expect(rowAfter(rows, ['d', 'a', 'b', 'c'], 'd')).toBe('d');
});

test('where no row stayed none has the focus', () => {
  expect(rowAfter(['a'], [], 'a')).toBeUndefined();
  expect(rowAfter(['a'], ['new'], 'a')).toBeUndefined();
});
