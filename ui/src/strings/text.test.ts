import { expect, test } from 'vitest';
import { fill } from './text';

test('values and plurals are filled in', () => {
  expect(fill('{count} {count|shot|shots}, {name}', { count: 1, name: 'Dawn' })).toBe('1 shot, Dawn');
  expect(fill('{count} {count|shot|shots}', { count: 3 })).toBe('3 shots');
  expect(fill('{count|needs|need} you', { count: '2' })).toBe('need you');
});

test('a missing value stays visible', () => {
  expect(fill('Shot {shot}', {})).toBe('Shot {shot}');
});

test('a value with braces is not filled twice', () => {
  expect(fill('{a}', { a: '{b}', b: 'no' })).toBe('{b}');
});
