import { beforeEach, expect, test, vi } from 'vitest';
import type { Change, TakePage, TakesQuery, TakeSummary } from '../platform';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { takes } from './takes.svelte';

/** What the core has, newest first. */
let there: TakeSummary[];
/** The takes whose words the core finds by what is searched. */
let hits: string[];
/** Lets go of an answer that the test holds back. */
let held: Promise<void> | undefined;
let questions: TakesQuery[];
let full: boolean;
let sequence = 0;

function take(id: string, created_at: number, part: Partial<TakeSummary> = {}): TakeSummary {
  const summary = { id, created_at, board_name: 'Night ferry', prompt: '', provider: 'fal', rating: 0 };
  return { ...summary, verdict: 'none', trashed: false, ...part } as TakeSummary;
}

/** A page as the core had it when it was asked. */
function pageOf(query: TakesQuery): TakePage {
  const matching = there.filter(
    (one) =>
      one.trashed === query.trashed &&
      one.rating >= query.rating_at_least &&
      (query.search === '' || hits.includes(one.id)),
  );
  const from = matching.findIndex((one) => one.id === query.after) + 1;
  const page = matching.slice(from, from + query.limit);
  const next = from + page.length < matching.length ? (page.at(-1)?.id ?? null) : null;
  return { takes: page, next, total: matching.length };
}

function change(id: string, part: Partial<TakeSummary>): TakeSummary {
  there = there.map((one) => (one.id === id ? { ...one, ...part } : one));
  const changed = there.find((one) => one.id === id);
  if (!changed) throw new Error(`no take ${id}`);
  return changed;
}

const core = coreOf({
  start: () => startOf({ sequence }),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  list_takes: async (args) => {
    questions.push(args as TakesQuery);
    const page = pageOf(args as TakesQuery);
    await held;
    return page;
  },
  open_take: (args) => ({ take: there.find((one) => one.id === (args as { id: string }).id) }),
  review_take: (args) => {
    const { id, ...part } = args as { id: string; rating: number };
    if (full) throw new Error('No space left');
    return change(id, part);
  },
  restore_take: (args) => change((args as { id: string }).id, { trashed: false }),
  trash_take: (args) => change((args as { id: string }).id, { trashed: true }),
});

function hear(...changes: Change[]): void {
  sequence += 1;
  session.hear({ sequence, changes });
}
/** A take arrives in the core, and the window hears of it. */
function arrive(one: TakeSummary): void {
  there = [one, ...there].sort((a, b) => b.created_at - a.created_at);
  hear({ kind: 'take', take: one });
}
/** Holds the core's answers back until the returned function is called. */
function holdAnswers(): () => void {
  let letGo = (): void => undefined;
  held = new Promise((resolve) => (letGo = resolve));
  return () => {
    held = undefined;
    letGo();
  };
}
const shown = (): string[] => takes.list.map((one) => one.id);

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  there = [take('c', 300), take('b', 200), take('a', 100)];
  hits = [];
  held = undefined;
  full = false;
  await session.begin(core);
  takes.select(null);
  void takes.clearFilters();
  takes.sought = null;
  await vi.runAllTimersAsync();
  questions = [];
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

async function search(words: string): Promise<void> {
  takes.filter({ search: words });
  await vi.runAllTimersAsync();
}

test('a rated take stays in the search that found it, and the next key rates the same one', async () => {
  hits = ['b', 'a'];
  await search('turbo');
  takes.select('b');
  await takes.rate(5);
  expect(takes.selected).toBe('b');
  await takes.judge('pick');
  expect(takes.list.map((one) => [one.id, one.rating, one.verdict])).toEqual([
    ['b', 5, 'pick'],
    ['a', 0, 'none'],
  ]);
});

test('whether a take that arrives belongs to a search is asked of the core, once for all that arrive', async () => {
  hits = ['a', 'e'];
  await search('turbo');
  questions = [];
  arrive(take('d', 400));
  arrive(take('e', 500));
  await vi.runAllTimersAsync();
  expect(shown()).toEqual(['e', 'a']);
  expect(takes.total).toBe(2);
  expect(questions).toHaveLength(1);
});

test('asked again, the list goes as far as it went, and a take behind it is counted once', async () => {
  there = Array.from({ length: 450 }, (_, index) => take(`t${index}`, 1_000 - index));
  await takes.refresh();
  await takes.more();
  expect(takes.list).toHaveLength(300);
  const last = change('t449', { rating: 4 });
  hear({ kind: 'take', take: last });
  hear({ kind: 'take', take: change('t449', { rating: 5 }) });
  await vi.runAllTimersAsync();
  expect(takes.total).toBe(450);
  expect(takes.list).toHaveLength(300);
  await takes.all();
  expect(takes.list.at(-1)?.rating).toBe(5);
});

test('a take that is heard while a page is on its way stays', async () => {
  const letGo = holdAnswers();
  const asking = takes.refresh();
  arrive(take('d', 400));
  hear({ kind: 'take', take: change('b', { rating: 3 }) });
  hear({ kind: 'take-gone', id: 'a' });
  letGo();
  await asking;
  expect(takes.list.map((one) => [one.id, one.rating])).toEqual([
    ['d', 0],
    ['c', 0],
    ['b', 3],
  ]);
  expect(takes.total).toBe(3);
});

test('a take that is heard while a further page is on its way is not shown as it was', async () => {
  there = Array.from({ length: 150 }, (_, index) => take(`t${index}`, 1_000 - index));
  await takes.refresh();
  const letGo = holdAnswers();
  const asking = takes.more();
  // The page is asked for when the answers before it are here.
  await vi.waitFor(() => expect(questions.at(-1)?.after).toBe('t99'));
  hear({ kind: 'take', take: { ...take('t120', 880), rating: 2 } });
  hear({ kind: 'take-gone', id: 't130' });
  letGo();
  await asking;
  expect(takes.list.find((one) => one.id === 't120')?.rating).toBe(2);
  expect(takes.list.some((one) => one.id === 't130')).toBe(false);
  there = there.filter((one) => one.id !== 't130');
  await vi.runAllTimersAsync();
  expect([takes.list.length, takes.total]).toEqual([149, 149]);
});

test('Enter right after the last letter chooses from what the letters find', async () => {
  hits = ['b'];
  takes.filter({ search: 'harbour' });
  expect(await takes.chooseFirst()).toBe(true);
  expect(takes.current?.id).toBe('b');
  await vi.runAllTimersAsync();
  expect(takes.current?.id).toBe('b');
  expect(questions).toHaveLength(1);
});

test('Enter chooses nothing where nothing is found, or when another letter follows', async () => {
  takes.filter({ search: 'nothing' });
  expect(await takes.chooseFirst()).toBe(false);
  hits = ['b'];
  takes.filter({ search: 'harbour' });
  const letGo = holdAnswers();
  const choosing = takes.chooseFirst();
  takes.filter({ search: 'harbours' });
  letGo();
  expect(await choosing).toBe(false);
  expect(takes.selected).toBeNull();
});

test('a trashed take that was found comes back to its place by undo', async () => {
  hits = ['b', 'a'];
  await search('turbo');
  takes.select('b');
  await takes.trash();
  expect(shown()).toEqual(['a']);
  toasts.list.at(-1)?.action?.run();
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual(['b', 'a']);
  expect(takes.current?.id).toBe('b');
});

test('a take that is asked for from elsewhere is brought into sight, also in a list that shows it', async () => {
  takes.scroll = 700;
  await takes.show('a');
  expect(takes.sought).toBe('a');
  expect(takes.scroll).toBe(700);
  // Where another question has to be asked, its answer begins at its top.
  takes.filter({ rating: 5 });
  await vi.runAllTimersAsync();
  takes.sought = null;
  takes.scroll = 700;
  await takes.show('b');
  expect([takes.sought, takes.selected, takes.scroll]).toEqual(['b', 'b', 0]);
});

test('a mistaken verdict under a filter is taken back, and its take is chosen again', async () => {
  takes.filter({ verdict: 'none' });
  await vi.runAllTimersAsync();
  takes.select('b');
  await takes.judge('reject');
  expect([shown(), takes.selected]).toEqual([['c', 'a'], 'a']);
  await takes.takeBackReview();
  expect([shown(), takes.selected, takes.sought]).toEqual([['c', 'b', 'a'], 'b', 'b']);
  expect(there.map(({ verdict }) => verdict)).toEqual(['none', 'none', 'none']);
  expect(toasts.list.at(-1)?.text).toBe('Undone: reject Night ferry');
});

test('reviews are taken back one after the other, wherever somebody went meanwhile', async () => {
  takes.select('c');
  await takes.rate(4);
  await takes.judge('pick');
  takes.select('a');
  await takes.takeBackReview();
  expect(takes.current).toMatchObject({ id: 'c', rating: 4, verdict: 'none' });
  await takes.takeBackReview();
  expect(takes.current).toMatchObject({ id: 'c', rating: 0, verdict: 'none' });
});

test('a review that was not kept is not there to be taken back', async () => {
  takes.select('c');
  const { newestAt } = takes.reviews;
  full = true;
  await takes.rate(4);
  expect([takes.current?.rating, takes.reviews.newestAt]).toEqual([0, newestAt]);
});

test('when the filters are cleared, the chosen take is brought into sight where it is then', async () => {
  there = [take('d', 400), ...there.map((one) => ({ ...one, rating: 5 }))];
  takes.filter({ rating: 4 });
  await vi.runAllTimersAsync();
  takes.select('a');
  takes.sought = null;
  await takes.clearFilters();
  expect([shown(), takes.selected, takes.sought]).toEqual([['d', 'c', 'b', 'a'], 'a', 'a']);
});
