import { expect, test } from 'vitest';
import { MENTION_PATTERN, MOVE_PATTERN, wordPattern } from './vocabulary';

const found = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(pattern)].map((match) => match[0]);

test('moves are found whole and in any case', () => {
  expect(found(MOVE_PATTERN, 'Push in, then pan lefty and a Dolly Zoom')).toEqual(['Push in', 'Dolly Zoom']);
});

test('a mention starts a word and an address is none', () => {
  const text = '@mara and (@der_alte), mail me@example.org, @@x, 漁師@海 @海 @नाव @';
  expect(found(MENTION_PATTERN, text)).toEqual(['@mara', '@der_alte', '@x', '@海', '@नाव']);
});

test('a word of a finding is marked whole, whatever signs it holds', () => {
  const pattern = wordPattern(['the word', 'a+b']);
  expect(pattern && found(pattern, 'The word and the words, a+b')).toEqual(['The word', 'a+b']);
  expect(wordPattern([''])).toBeUndefined();
});
