import fc from 'fast-check';
import { expect, test } from 'vitest';
import { characters } from './limits';

test('characters are counted as providers count them', () => {
  expect(characters('rope')).toBe(4);
  expect(characters('漁師')).toBe(2);
  expect(characters('a🎬b')).toBe(3);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(characters(text)).toBe([...text].length);
    }),
  );
});
