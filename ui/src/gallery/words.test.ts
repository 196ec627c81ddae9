import { expect, test } from 'vitest';
import { startOfDay } from './layout';
import { countWords, dayWords, sizeWords } from './words';

const NOON = new Date(2026, 10, 21, 12).getTime();

test('days are called as people call them', () => {
  expect(dayWords(startOfDay(NOON), NOON)).toBe('Today');
  expect(dayWords(new Date(2026, 10, 20).getTime(), NOON)).toBe('Yesterday');
  expect(dayWords(new Date(2026, 10, 19).getTime(), NOON)).toBe('Thursday, November 19');
  expect(dayWords(new Date(2025, 10, 19).getTime(), NOON)).toBe('November 19, 2025');
});

test('numbers of takes and sizes of files', () => {
  expect(countWords(1, false)).toBe('1 take');
  expect(countWords(11_476, false)).toBe('11,476 takes');
  expect(countWords(2, true)).toBe('2 takes in the trash');
  expect(sizeWords(8_100)).toBe('8.3 MB');
  expect(sizeWords(200)).toBe('205 kB');
});
