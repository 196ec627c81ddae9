import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { Assessment, Board, KeyState } from '../platform';
import { assessment } from './assessment.svelte';
import { confirm } from './confirm.svelte';
import { draft } from './draft.svelte';
import { PRICE_SOON, purchase } from './purchase.svelte';
import { coreOf, startOf } from './sample-core';
import { session } from './session.svelte';
import { settings } from './settings.svelte';

interface Bought {
  board: Board;
  confirmation: string;
  shown: number;
}
const PRICE = 2_016_000;
let bought: Bought[];
let key: KeyState;
let price: number;
/** What an answer about a board waits for. */
let held: Promise<void>;

const core = coreOf({
  start: () => startOf({ keys: [key], settings: { ...settings.current } }),
  assess: () =>
    held.then(() => ({ findings: [], ready: true, quote: { total: price } }) as unknown as Assessment),
  compare_offers: () => [],
  save_board: () => ({}),
  generate: (args) => {
    bought.push(args as Bought);
    return [];
  },
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  bought = [];
  price = PRICE;
  held = Promise.resolve();
  key = { provider: 'anyone', place: 'keychain' } as KeyState;
  settings.current = { ...settings.current, ask_above: null };
  await session.begin(core);
  draft.show(boardOf(5));
  await settled();
  vi.runAllTimers();
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('a double click buys once, at the price that was shown', async () => {
  const presses = [purchase.buy(), purchase.buy()];
  await Promise.all(presses);
  await purchase.buy();
  expect(bought).toHaveLength(1);
  expect(bought[0]?.shown).toBe(PRICE);
  expect(bought[0]?.board).toBe(draft.board);
});

test('over the cap of the month nothing is asked and nothing is bought, and it is said', async () => {
  settings.current = { ...settings.current, ask_above: 0 };
  session.spending = { month: 9_000_000, cap: 11_000_000 };
  expect([purchase.overCap, purchase.possible]).toEqual([16_000, false]);
  await purchase.buy();
  expect([bought, confirm.question]).toEqual([[], null]);
  expect(draft.status).toBe('Over the monthly cap by $0.016');
  session.spending = { month: 8_000_000, cap: 11_000_000 };
  expect([purchase.overCap, purchase.possible]).toEqual([0, true]);
  session.spending = { month: 0, cap: null };
  expect(purchase.overCap).toBe(0);
});

test('each press makes its own confirmation', async () => {
  await purchase.buy();
  vi.runAllTimers();
  await purchase.buy();
  expect(new Set(bought.map((one) => one.confirmation)).size).toBe(2);
});

test('a board that was edited and is not priced soon is not bought', async () => {
  let answer = (): void => undefined;
  held = new Promise((resolve) => (answer = resolve));
  draft.edit({ kind: 'prompt', text: 'other' });
  expect(assessment.of).not.toBe(draft.board);
  const press = purchase.buy();
  await vi.advanceTimersByTimeAsync(PRICE_SOON);
  await press;
  answer();
  await settled();
  expect(bought).toHaveLength(0);
});

test('a press right after an edit buys when the price stays, once and with the edit', async () => {
  draft.edit({ kind: 'prompt', text: 'other' });
  await Promise.all([purchase.buy(), purchase.buy()]);
  expect(bought).toHaveLength(1);
  expect(bought[0]?.board.prompt).toBe('other');
  expect(bought[0]?.shown).toBe(PRICE);
});

test('a press right after an edit buys nothing when the price moves, and says so', async () => {
  price = PRICE + 1;
  draft.edit({ kind: 'prompt', text: 'other' });
  await purchase.buy();
  expect(bought).toHaveLength(0);
  expect(draft.status).toBe('The price is another one now. Nothing was bought.');
});

test('words written after the press are not bought with it', async () => {
  let answer = (): void => undefined;
  held = new Promise((resolve) => (answer = resolve));
  draft.edit({ kind: 'prompt', text: 'other' });
  const press = purchase.buy();
  draft.edit({ kind: 'prompt', text: 'other words' });
  answer();
  await vi.advanceTimersByTimeAsync(PRICE_SOON);
  await press;
  expect(bought).toHaveLength(0);
});

test('above the amount to ask at nothing is bought before the answer, and nothing after a no', async () => {
  settings.current = { ...settings.current, ask_above: 2_000_000 };
  const press = purchase.buy();
  await settled();
  expect(confirm.question).not.toBeNull();
  expect(bought).toHaveLength(0);
  confirm.answer(false);
  await press;
  expect(bought).toHaveLength(0);
});

test('without a key the press leads to Settings and buys nothing', async () => {
  session.keyChanged({ ...key, place: 'none' });
  await purchase.buy();
  expect(bought).toHaveLength(0);
  expect(session.view).toBe('settings');
  expect(session.settingsProvider).toBe('anyone');
});

test('whoever has left for another board buys nothing of this one', async () => {
  let arrives: (board: Board) => void = () => undefined;
  const opened = draft.replace(() => new Promise((resolve) => (arrives = resolve)));
  await settled();
  await purchase.buy();
  expect(bought).toHaveLength(0);
  expect(draft.status).toMatch(/nothing was bought/i);
  // Whoever comes back to it is here again.
  await draft.open(draft.board.id);
  await purchase.buy();
  expect(bought).toHaveLength(1);
  arrives(boardOf(5));
  expect(await opened).toBe(false);
});
