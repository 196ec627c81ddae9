import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf, frameOf } from '../board/samples';
import type { TakeSummary } from '../platform';
import { draft } from '../state/draft.svelte';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { frameInto } from './take-actions';

const take = { id: 'take' } as TakeSummary;
let arrive: () => void;

const core = coreOf({
  start: () => startOf({}),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  frame_from_take: () =>
    new Promise((resolve) => (arrive = () => resolve({ frame: frameOf('still'), notes: [] }))),
  save_settings: (args) => (args as { settings: unknown }).settings,
  open_board: (args) => ({ ...boardOf(5), id: (args as { id: string }).id }),
});

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  await session.begin(core);
  draft.show(boardOf(5));
  session.view = 'gallery';
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('a frame of a take goes to the board it was asked for, and that is said', async () => {
  const done = frameInto(take, 'first-frame');
  await vi.advanceTimersByTimeAsync(0);
  arrive();
  await done;
  expect(draft.board.first_frame?.id).toBe('still');
  expect([session.view, toasts.list.map(({ text }) => text)]).toEqual(['compose', ['First frame of Board']]);
});

test('a frame of a take changes no board that was opened since, and does not say so either', async () => {
  const done = frameInto(take, 'first-frame');
  await draft.open('other');
  arrive();
  await done;
  expect(draft.board.first_frame).toBeNull();
  expect([session.view, toasts.list.map(({ text }) => text)]).toEqual([
    'gallery',
    ['The picture was not put in'],
  ]);
});
