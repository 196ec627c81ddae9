import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf, frameOf } from '../board/samples';
import { focus } from '../compose/focus.svelte';
import type { TakeSummary } from '../platform';
import { draft } from '../state/draft.svelte';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { frameInto, openOnStage, reuse } from './take-actions';

const take = { id: 'take' } as TakeSummary;
let arrive: () => void;
/** What had the focus. */
let focused: string[];

const core = coreOf({
  start: () => startOf({}),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  frame_from_take: () =>
    new Promise((resolve) => (arrive = () => resolve({ frame: frameOf('still'), notes: [] }))),
  save_settings: (args) => (args as { settings: unknown }).settings,
  reuse_take: () => ({ ...boardOf(5), id: 'again' }),
  open_board: (args) => ({ ...boardOf(5), id: (args as { id: string }).id }),
});

beforeEach(async () => {
  focused = [];
  const querySelector = (selector: string): object => ({ focus: () => focused.push(selector) });
  vi.stubGlobal('document', { documentElement: { dataset: {} }, querySelector });
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

test('in Compose the focus is where the take went', async () => {
  const done = frameInto(take, 'last-frame');
  await vi.advanceTimersByTimeAsync(0);
  arrive();
  await done;
  openOnStage(take);
  await vi.advanceTimersByTimeAsync(0);
  expect(focused).toEqual(['[data-drop-target="last-frame"] button', '.transport .play']);
  const before = focus.prompt;
  await reuse(take);
  expect([draft.board.id, focus.prompt]).toEqual(['again', before + 1]);
});
