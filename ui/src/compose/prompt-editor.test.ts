import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallestChange } from './prompt-editor';

test('the smallest change turns one text into the other', () => {
  expect(smallestChange('push in', 'push in slowly')).toEqual({ from: 7, to: 7, insert: ' slowly' });
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const { from, to, insert } = smallestChange(before, after);
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
    }),
  );
});
