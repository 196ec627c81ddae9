import { expect, test } from 'vitest';
import { matches, type Stroke } from './keyboard';

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('a key needs exactly the held keys it names', () => {
  expect(matches(stroke('s'), 'S')).toBe(true);
  expect(matches(stroke('S', { shiftKey: true }), 'S')).toBe(false);
  expect(matches(stroke('s', { ctrlKey: true }), 'S')).toBe(false);
  expect(matches(stroke('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true);
  expect(matches(stroke('z', { ctrlKey: true }), 'Ctrl+Shift+Z')).toBe(false);
  expect(matches(stroke('z', { metaKey: true }), 'Ctrl+Z')).toBe(true);
});

test('named keys and signs', () => {
  expect(matches(stroke(' '), 'Space')).toBe(true);
  expect(matches(stroke('ArrowLeft', { shiftKey: true }), 'Shift+Left')).toBe(true);
  expect(matches(stroke('?', { shiftKey: true }), '?')).toBe(true);
  expect(matches(stroke('?'), '?')).toBe(true);
  expect(matches(stroke('Delete'), 'Del')).toBe(true);
});
