import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { Batch, GenerationView, Problem } from '../platform';
import { draft } from '../state/draft.svelte';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { endings } from './endings.svelte';

let hear: (batch: Batch) => void = () => undefined;
let sequence = 0;

function running(id: string, part: Partial<GenerationView> = {}): GenerationView {
  const one = { id, board_id: 'b', board_name: 'Night ferry', rehearsal: false, state: 'running', ...part };
  return {
    created_at: 0,
    revision: sequence,
    take_id: null,
    problem: null,
    actions: [],
    ...one,
  } as GenerationView;
}
function becomes(id: string, part: Partial<GenerationView>): void {
  sequence += 1;
  hear({ sequence, changes: [{ kind: 'generation', generation: running(id, part) }] } as Batch);
}
const done = { state: 'done', take_id: 'take' } as const;
const said = (): string[] => toasts.list.map(({ text, detail }) => [text, detail].filter(Boolean).join('. '));

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  sequence = 0;
  const core = coreOf({
    start: () => startOf({ generations: [running('old'), running('ended', done)] }),
    assess: () => ({ findings: [], ready: true, quote: null }),
    compare_offers: () => [],
    open_take: () => ({ take: { id: 'take', frames: 120, frame_rate_millis: 24_000 } }),
    list_takes: () => ({ takes: [], total: 0 }),
  });
  await session.begin({
    ...core,
    onBatch: (listener) => {
      hear = listener;
      return Promise.resolve(() => undefined);
    },
  });
  draft.show(boardOf(5));
  session.queueOpen = false;
  session.view = 'compose';
  endings.see();
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('a clip that comes is told of once, and counted until the queue is looked at', () => {
  becomes('old', done);
  becomes('old', { ...done, progress: 100 });
  expect(said()).toEqual(['Night ferry is ready']);
  expect([endings.ready, endings.failed]).toEqual([1, 0]);
  endings.see();
  expect(endings.ready).toBe(0);
});

test('one that fails says why, and leads to the queue', () => {
  const problem = { code: 'generation-withheld', message: 'a sign on a wall', hint: '' } as Problem;
  becomes('old', { state: 'failed', problem });
  expect(said()).toEqual([
    'Night ferry did not come. The provider withheld the clip. Its safety check objected. Change the words or the pictures.',
  ]);
  expect([endings.ready, endings.failed]).toEqual([0, 1]);
  const [toast] = toasts.list;
  if (toast) toasts.look(toast);
  expect(session.queueOpen).toBe(true);
});

test('what ended before, what the person ended and the rehearsal on the stage are no news', () => {
  becomes('ended', { ...done, progress: 100 });
  becomes('unheard-of', done);
  becomes('old', { state: 'cancelled' });
  becomes('rehearsal', { rehearsal: true, board_id: 'board' });
  becomes('rehearsal', { ...done, rehearsal: true, board_id: 'board' });
  expect(said()).toEqual([]);
  expect(endings.ready).toBe(0);
});

test('the rehearsal of a board that was left is news', () => {
  becomes('rehearsal', { rehearsal: true, board_id: 'another' });
  becomes('rehearsal', { ...done, rehearsal: true, board_id: 'another' });
  expect(said()).toEqual(['Night ferry is ready']);
});

test('what ends while the queue is open is seen', () => {
  session.queueOpen = true;
  becomes('old', done);
  expect(said()).toEqual(['Night ferry is ready']);
  expect(endings.ready).toBe(0);
});
