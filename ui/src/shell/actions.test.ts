import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import { focus } from '../compose/focus.svelte';
import { assessment } from '../state/assessment.svelte';
import { draft } from '../state/draft.svelte';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { settings } from '../state/settings.svelte';
import { toasts } from '../state/toasts.svelte';
import { act, undoes } from './actions';

let inFront = false;
let ready = true;
let created = 0;
let bought: unknown[] = [];

const core = coreOf({
  start: () => startOf({ keys: [{ provider: 'anyone', place: 'keychain' }], settings: settings.current }),
  assess: () => ({ findings: [], ready, quote: { total: 2_016_000 } }),
  compare_offers: () => [],
  save_settings: () => settings.current,
  save_board: () => ({}),
  list_boards: () => [],
  create_board: () => {
    created += 1;
    return { ...boardOf(5), id: `new-${created}` };
  },
  generate: (purchase) => {
    bought.push(purchase);
    return [];
  },
});

beforeEach(async () => {
  inFront = false;
  ready = true;
  created = 0;
  bought = [];
  vi.stubGlobal('document', {
    documentElement: { dataset: {} },
    querySelector: (what: string) => (inFront && what === 'dialog[open]' ? {} : null),
  });
  vi.useFakeTimers();
  await session.begin(core);
  draft.show(boardOf(5));
  await assessment.speaksOf(draft.board, 100);
  session.view = 'compose';
  session.queueOpen = false;
  return async () => {
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

async function generate(): Promise<number> {
  act('generate');
  await vi.advanceTimersByTimeAsync(10);
  return bought.length;
}

test('only a price before the eyes is confirmed: elsewhere the first press shows it', async () => {
  session.view = 'gallery';
  expect(await generate()).toBe(0);
  expect(session.view).toBe('compose');
  // Further presses of impatience.
  for (const wait of [0, 550, 550]) {
    await vi.advanceTimersByTimeAsync(wait);
    expect(await generate()).toBe(0);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await generate()).toBe(1);
});

test('where nothing can be bought no price is promised', async () => {
  session.view = 'gallery';
  ready = false;
  draft.edit({ kind: 'ratio', ratio: '9:16' });
  await assessment.speaksOf(draft.board, 100);
  const before = draft.status;
  expect(await generate()).toBe(0);
  expect(session.view).toBe('compose');
  expect(draft.status).toBe(before);
});

test('a held key of the menu makes one board', async () => {
  act('new-board', 'menu');
  act('new-board', 'key');
  for (const wait of [500, 33, 33]) {
    await vi.advanceTimersByTimeAsync(wait);
    act('new-board', 'menu');
  }
  expect(created).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  act('new-board', 'menu');
  await vi.advanceTimersByTimeAsync(10);
  expect(created).toBe(2);
});

test('the words of a new board are written at once, and nothing else takes the keys', async () => {
  // Long after the press of the test before.
  await vi.advanceTimersByTimeAsync(5_000);
  session.view = 'gallery';
  const before = focus.prompt;
  act('new-board');
  expect(focus.prompt).toBe(before);
  await vi.advanceTimersByTimeAsync(10);
  expect([draft.board.id, session.view, focus.prompt]).toEqual(['new-1', 'compose', before + 1]);
});

test('the queue lies over the price', async () => {
  session.queueOpen = true;
  expect(await generate()).toBe(0);
  expect(session.queueOpen).toBe(false);
  expect(await generate()).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await generate()).toBe(1);
});

test('undo in the gallery takes back what was done there, and no step of the board', () => {
  draft.edit({ kind: 'ratio', ratio: '1:1' });
  session.view = 'gallery';
  let restored = 0;
  toasts.show({ text: 'In the trash', action: { label: 'Undo', run: () => (restored += 1) } });
  act('undo');
  expect(restored).toBe(1);
  act('undo');
  act('redo');
  expect(draft.board.ratio).toBe('1:1');
  session.view = 'compose';
  act('undo');
  expect(draft.board.ratio).not.toBe('1:1');
});

test('undo takes back what was done last: an edit of the open board, or what a notice tells', async () => {
  const back: string[] = [];
  const trash = (name: string): void =>
    toasts.show({ text: name, action: { label: 'Undo', run: () => back.push(name) } });
  const undo = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(200);
    act('undo');
  };
  draft.edit({ kind: 'ratio', ratio: '1:1' });
  await vi.advanceTimersByTimeAsync(200);
  trash('earlier');
  await vi.advanceTimersByTimeAsync(200);
  draft.edit({ kind: 'takes', takes: 3 });
  await vi.advanceTimersByTimeAsync(200);
  trash('later');
  await undo();
  expect([back, draft.board.takes]).toEqual([['later'], 3]);
  await undo();
  expect([back, draft.board.takes]).toEqual([['later'], 1]);
  act('redo');
  await undo();
  expect([back, draft.board.takes]).toEqual([['later'], 1]);
  await undo();
  expect([back, draft.board.ratio]).toEqual([['later', 'earlier'], '1:1']);
  await undo();
  expect(draft.board.ratio).toBe('16:9');
});

test("undo outside the board takes back the view's own step or what a notice tells, the later one first", () => {
  const back: string[] = [];
  const steps = ['rated', 'rejected'].map((name, at) => ({ name, at: performance.now() + 200 * at }));
  const end = undoes({
    newestAt: () => steps.at(-1)?.at ?? -Infinity,
    takeBack: () => back.push(steps.pop()?.name ?? ''),
  });
  vi.advanceTimersByTime(100);
  toasts.show({ text: 'In the trash', action: { label: 'Undo', run: () => back.push('trashed') } });
  session.view = 'gallery';
  for (let turn = 0; turn < 3; turn += 1) act('undo');
  expect(back).toEqual(['rejected', 'trashed', 'rated']);
  act('undo');
  expect(toasts.list.at(-1)?.text).toBe('Nothing to undo');
  end();
  steps.push({ name: 'out of sight', at: performance.now() });
  act('undo');
  expect(back).toHaveLength(3);
});

test('the menu does not act behind a dialog', async () => {
  inFront = true;
  act('gallery', 'menu');
  expect(session.view).toBe('compose');
  inFront = false;
  await vi.advanceTimersByTimeAsync(200);
  act('gallery', 'menu');
  expect(session.view).toBe('gallery');
});
