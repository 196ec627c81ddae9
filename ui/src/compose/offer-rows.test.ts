import { expect, test } from 'vitest';
import type { BoardChange, Finding, FindingCode, Offer, Quote } from '../platform';
import { differenceOf, offerRows } from './offer-rows';

function finding(code: FindingCode): Finding {
  return { code, severity: 'error', field: 'prompt', values: {}, mend: null };
}
function quote(total: number): Quote {
  return {
    total,
    per_take: total,
    per_second: total,
    seconds: 1,
    takes: 1,
    credits: null,
    reasons: [],
    source: '',
    date: '2026-11-21',
    edited: false,
  };
}
function offer(provider: string, part: Partial<Offer>): Offer {
  return {
    provider,
    provider_name: provider,
    model: 'any',
    model_name: 'Any',
    quote: null,
    ready: false,
    obstacle: null,
    changes: null,
    changed_quote: null,
    ...part,
  };
}
const names = (offers: Offer[]): string[] => offers.map((one) => one.provider);
const changes: BoardChange[] = ['without-last-frame'];

test('offers are those that take the board, those that take a changed one, and the rest', () => {
  const obstacle = finding('last-frame-with-shots');
  const rows = offerRows([
    offer('unpriced', { ready: true }),
    offer('dear', { ready: true, quote: quote(900_000) }),
    offer('cheap', { ready: true, quote: quote(420_000) }),
    offer('never', { obstacle: finding('prompt-too-long') }),
    offer('changed-dear', { obstacle, changes, changed_quote: quote(800_000) }),
    offer('changed-cheap', { obstacle, changes, changed_quote: quote(400_000) }),
  ]);
  expect(rows.unfinished).toBeNull();
  expect(names(rows.takes)).toEqual(['cheap', 'dear', 'unpriced']);
  expect(names(rows.changes)).toEqual(['changed-cheap', 'changed-dear']);
  expect(names(rows.refuses)).toEqual(['never']);
});

test('what is missing on the board itself is said once, and prices still compare', () => {
  const obstacle = finding('prompt-empty');
  const rows = offerRows([
    offer('dear', { obstacle, quote: quote(900_000) }),
    offer('cheap', { obstacle, quote: quote(420_000), changes: ['shots-joined'] }),
    offer('other', { obstacle: finding('shots-too-many'), changes: ['shots-joined'] }),
  ]);
  expect(rows.unfinished).toEqual(obstacle);
  expect(names(rows.takes)).toEqual(['cheap', 'dear']);
  expect(names(rows.changes)).toEqual(['other']);
});

test('an obstacle that the program can clear away is no fault of the board', () => {
  const obstacle = finding('takes-out-of-range');
  const rows = offerRows([
    offer('a', { obstacle, changes: ['takes-within-limit'] }),
    offer('b', { obstacle, changes: ['takes-within-limit'] }),
  ]);
  expect(rows.unfinished).toBeNull();
  expect(names(rows.changes)).toEqual(['a', 'b']);
});

test('a live price differs to the micro-dollar or not at all', () => {
  expect(differenceOf(420_000, 420_000)).toEqual({ kind: 'same' });
  expect(differenceOf(420_001, 420_000)).toEqual({ kind: 'more', by: 1 });
  expect(differenceOf(400_000, 420_000)).toEqual({ kind: 'less', by: 20_000 });
  expect(differenceOf(400_000, null)).toBeNull();
});
