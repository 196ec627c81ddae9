import { expect, test } from 'vitest';
import type { KeyState, ProviderView } from '../platform';
import { factsOf, keyProblemWords, keyWords, parseLimit, testWords } from './words';

const key: KeyState = {
  provider: 'fal',
  provider_name: 'fal',
  account: '',
  accounts: [],
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
  expect(keyWords({ ...key, place: 'held-in-keychain', last_four: '20c1' })).toBe(
    'Not in use: a key in the system keychain, ends in 20c1',
  );
});

test('of several accounts the one in use is named', () => {
  expect(keyWords({ ...key, account: 'studio', accounts: ['studio'], place: 'keychain' })).toBe(
    'studio: In the system keychain',
  );
});

test('whoever gave a key that is refused is asked for it again: its field is empty', () => {
  const message = 'That is not a key: it is empty, too long, or holds odd characters.';
  const problem = { message, hint: '', retryable: false };
  const refused = keyProblemWords({ ...problem, code: 'setting-refused' });
  expect(refused).toEqual({ title: message, remedy: 'Paste the key again, or another one.' });
  const tested = keyProblemWords({ ...problem, code: 'provider-key-refused' });
  expect(tested.remedy).toBe('Check it at the provider, then paste it again, or another one.');
  expect(keyProblemWords({ ...problem, code: 'desktop-refused' }).remedy).toBe('Try again.');
});

test('a limit is a whole number from 1 to 1000', () => {
  expect([' 4 ', '1', '1000'].map(parseLimit)).toEqual([4, 1, 1000]);
  for (const bad of ['', '0', '1001', '1.5', '-2', 'many']) expect(parseLimit(bad), bad).toBeUndefined();
});

test("a balance is told in dollars, in the provider's own unit, or as not told", () => {
  expect(testWords({ balance: 12_400_000, credits: null }, 'credits')).toBe(
    'The key works, $12.40 on the account.',
  );
  expect(testWords({ balance: null, credits: 1_200_500_000 }, 'units')).toBe(
    'The key works, 1200.5 units on the account.',
  );
  expect(testWords({ balance: null, credits: 1_000_000 }, 'units')).toBe(
    'The key works, 1 unit on the account.',
  );
  expect(testWords({ balance: null, credits: null }, 'credits')).toBe(
    'The key works. This provider tells no balance.',
  );
});

test('facts of a provider are told for better and worse', () => {
  const provider: ProviderView = {
    id: 'fal',
    name: 'fal',
    base_url: '',
    key_form: '',
    tells_account: true,
    quotes: false,
    cancels: true,
    refunds_failed: false,
    looks_up: true,
    unverified: false,
    credit_name: null,
    concurrent: 2,
    per_minute: 2,
    result_hours: 168,
    doubts: [],
  };
  expect(factsOf(provider).join(' ')).toBe(
    'A finished clip can be fetched there for 7 days. A failed generation may stay billed. ' +
      'A running one can be stopped there. A request whose answer was lost can be looked for.',
  );
  const other = factsOf({
    ...provider,
    concurrent: 2,
    per_minute: 2,
    result_hours: 1,
    cancels: false,
    looks_up: false,
    refunds_failed: true,
  });
  expect(other[0]).toBe('A finished clip can be fetched there for 1 hour.');
  expect(other.slice(1).join(' ')).toContain('cannot be stopped');
  expect(factsOf({ ...provider, result_hours: 0 })[0]).toContain('not known');
});
