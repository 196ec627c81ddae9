import { expect, test } from 'vitest';
import type { KeyState } from '../platform';
import { keyWords } from './words';

const key: KeyState = {
  provider: 'fal',
  provider_name: 'fal',
  place: 'none',
  last_four: null,
  variable: 'FAL_KEY',
  key_page: '',
  problem: null,
};

test('where a key is, in words, and no more of it than its end', () => {
  expect(keyWords(key)).toBe('No key');
  expect(keyWords({ ...key, place: 'asking' })).toBe('Asking the keychain');
  expect(keyWords({ ...key, place: 'keychain', last_four: '7f3a' })).toBe(
    'In the system keychain, ends in 7f3a',
  );
  expect(keyWords({ ...key, place: 'session' })).toBe('For this session only');
  expect(keyWords({ ...key, place: 'environment', last_four: '20c1' })).toBe(
    'From the environment variable FAL_KEY, ends in 20c1',
  );
});
