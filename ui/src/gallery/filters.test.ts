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

test('a take is tested as the core would', () => {
  const one = take('a', { rating: 3, verdict: 'pick' });
  expect(fits(one, { ...unfiltered, search: 'FERRY rail' })).toBe(true);
  expect(fits(one, { ...unfiltered, search: 'ferry rope' })).toBe(false);
  expect(fits(one, { ...unfiltered, rating: 4 })).toBe(false);
  expect(fits(one, { ...unfiltered, verdict: 'none' })).toBe(false);
  expect(fits(one, { ...unfiltered, provider: 'kling' })).toBe(false);
  expect(fits(take('b', { trashed: true }), unfiltered)).toBe(false);
});

test('a new take comes in at its place in time', () => {
  const list = [take('c', { created_at: 300 }), take('a', { created_at: 100 })];
  const put = merged(list, take('b', { created_at: 200 }), unfiltered, true);
  expect(put.list.map((one) => one.id)).toEqual(['c', 'b', 'a']);
  expect(put.more).toBe(1);
  const oldest = merged(
    list.toReversed(),
    take('b', { created_at: 200 }),
    { ...unfiltered, oldestFirst: true },
    true,
  );
  expect(oldest.list.map((one) => one.id)).toEqual(['a', 'b', 'c']);
});

test('a take behind the fetched pages is only counted', () => {
  const list = [take('c', { created_at: 300 })];
  expect(merged(list, take('a', { created_at: 100 }), unfiltered, false)).toEqual({ list, more: 1 });
});

test('a take that no longer fits leaves, a changed one stays where it is', () => {
  const list = [take('a'), take('b')];
  expect(merged(list, take('a', { trashed: true }), unfiltered, true)).toEqual({
    list: [list[1]],
    more: -1,
  });
  const rated = merged(list, take('b', { rating: 5 }), unfiltered, true);
  expect(rated.list.map((one) => one.rating)).toEqual([0, 5]);
  expect(rated.more).toBe(0);
  expect(merged(list, take('z', { trashed: true }), unfiltered, true)).toEqual({ list, more: 0 });
});
