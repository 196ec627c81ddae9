import { expect, test } from 'vitest';
import { boardSign } from './board-sign';

test('boards that differ by a number show it, others their first letter', () => {
  expect(['New board', 'New board 2', 'New board 13 ', 'Room101'].map(boardSign)).toEqual([
    'N',
    '2',
    '13',
    '101',
  ]);
  expect(boardSign('2 ferries')).toBe('2');
  expect(boardSign(' night ferry')).toBe('n');
});

test('of a long number the last three digits show', () => {
  expect(boardSign('Take 20240817')).toBe('817');
  expect(boardSign('1234')).toBe('234');
});

test('letters of any script stay whole, and no name is no sign', () => {
  expect(boardSign('🎬 clap')).toBe('🎬');
  expect(boardSign('夜の船')).toBe('夜');
  expect(boardSign('夜の船２')).toBe('２');
  expect(boardSign('  ')).toBe('');
});
