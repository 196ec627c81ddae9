import { expect, test } from 'vitest';
import type { TakeSummary } from '../platform';
import { fits, merged, narrows, queryOf, unfiltered } from './filters';

function take(id: string, part: Partial<TakeSummary> = {}): TakeSummary {
  return {
    id,
    generation_id: 'g',
    board_id: 'b',
    board_name: 'Night ferry',
    provider: 'fal',
    provider_name: 'fal',
    model_name: 'Kling 3.0 Pro',
    rehearsal: false,
    prompt: 'Deck lights, a face at the rail',
    shots: 1,
    ratio: '16:9',
    width: 16,
    height: 9,
    frames: 120,
    frame_rate_millis: 24_000,
    audio: false,
    kibibytes: 1,
    price: 840_000,
    created_at: 100,
    rating: 0,
    verdict: 'none',
    trashed: false,
    damaged: false,
    ...part,
  };
}

test('the question to the core carries every filter', () => {
  const filters = { ...unfiltered, search: '  rail ', verdict: 'pick' as const, rating: 3, provider: 'fal' };
  expect(queryOf(filters, 'token', 100)).toEqual({
    search: 'rail',
    provider: 'fal',
    verdict: 'pick',
    rating_at_least: 3,
    board: null,
    trashed: false,
    oldest_first: false,
    after: 'token',
    limit: 100,
  });
});

test('order and trash alone narrow nothing', () => {
  expect(narrows({ ...unfiltered, trashed: true, oldestFirst: true, search: ' ' })).toBe(false);
  expect(narrows({ ...unfiltered, rating: 1 })).toBe(true);
  expect(narrows({ ...unfiltered, verdict: 'none' })).toBe(true);
});

test('a take is tested as the core would, but for the words', () => {
  const one = take('a', { rating: 3, verdict: 'pick' });
  expect(fits(one, { ...unfiltered, rating: 3, verdict: 'pick', provider: 'fal', search: 'rope' })).toBe(
    true,
  );
  expect(fits(one, { ...unfiltered, rating: 4 })).toBe(false);
  expect(fits(one, { ...unfiltered, verdict: 'none' })).toBe(false);
  expect(fits(one, { ...unfiltered, provider: 'kling' })).toBe(false);
  expect(fits(take('b', { trashed: true }), unfiltered)).toBe(false);
});

test('a new take comes in at its place in time', () => {
  const list = [take('c', { created_at: 300 }), take('a', { created_at: 100 })];
  const put = merged(list, take('b', { created_at: 200 }), unfiltered, true);
  expect(put?.list.map((one) => one.id)).toEqual(['c', 'b', 'a']);
  expect(put?.more).toBe(1);
  const oldest = merged(
    list.toReversed(),
    take('b', { created_at: 200 }),
    { ...unfiltered, oldestFirst: true },
    true,
  );
  expect(oldest?.list.map((one) => one.id)).toEqual(['a', 'b', 'c']);
});

test('whether a take behind the fetched pages is counted already is known to the core alone', () => {
  const list = [take('c', { created_at: 300 })];
  expect(merged(list, take('a', { created_at: 100 }), unfiltered, false)).toBeUndefined();
});

test('words are judged by the core alone: what it found stays, what it was not asked about is asked', () => {
  // Found by its model's name, by a letter with an accent, or by words that the summary has no room for.
  const found = [take('a', { prompt: 'At the café' }), take('b')];
  for (const search of ['turbo', 'cafe', 'lighthouse']) {
    const searched = { ...unfiltered, search };
    const rated = merged(found, take('a', { prompt: 'At the café', rating: 5 }), searched, true);
    expect(rated?.list.map((one) => [one.id, one.rating])).toEqual([
      ['a', 5],
      ['b', 0],
    ]);
    expect(merged(found, take('c', { prompt: search }), searched, true)).toBeUndefined();
    // What the words cannot change is still judged.
    expect(merged(found, take('c', { trashed: true }), searched, true)?.list).toBe(found);
    expect(merged(found, take('b', { trashed: true }), searched, true)?.more).toBe(-1);
  }
});

test('a take that no longer fits leaves, a changed one stays where it is', () => {
  const list = [take('a'), take('b')];
  expect(merged(list, take('a', { trashed: true }), unfiltered, true)).toEqual({
    list: [list[1]],
    more: -1,
  });
  const rated = merged(list, take('b', { rating: 5 }), unfiltered, true);
  expect(rated?.list.map((one) => one.rating)).toEqual([0, 5]);
  expect(rated?.more).toBe(0);
  expect(merged(list, take('z', { trashed: true }), unfiltered, true)).toEqual({ list, more: 0 });
});
