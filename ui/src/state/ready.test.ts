import { beforeEach, expect, test } from 'vitest';
import { ProblemError, type Platform, type Start } from '../platform';
import { sayReady } from './ready';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

const START = { sequence: 1, profiles: [], keys: [], generations: [], library: {} } as unknown as Start;

let called: string[];

/** A core that can or cannot be listened to, and answers `ready` with that. */
function core(listening: Promise<() => void>, ready: () => Promise<unknown>): Platform {
  return {
    call: (name) => {
      called.push(name);
      return (name === 'start' ? Promise.resolve(START) : ready()) as never;
    },
    onBatch: () => listening,
    onFileDrag: () => Promise.resolve(() => undefined),
    onClose: () => Promise.resolve(() => undefined),
    setTitle: () => undefined,
  };
}
function refused(code: string): () => Promise<never> {
  return () =>
    Promise.reject(new ProblemError({ code, message: `it was ${code}`, hint: '', retryable: false }));
}
const told = (): string[] => toasts.list.map(({ text }) => text);
const answered = (): Promise<unknown> => Promise.resolve({});

beforeEach(() => {
  called = [];
  for (const { id } of toasts.list) toasts.dismiss(id);
});

test('the core hears that it is ready once the window listens, and not before', async () => {
  let listens = (): void => undefined;
  const listening = new Promise<() => void>((resolve) => (listens = () => resolve(() => undefined)));
  await session.begin(core(listening, answered));
  const said = sayReady();
  await Promise.resolve();
  expect(called).toEqual(['start']);
  listens();
  await said;
  expect([called, told()]).toEqual([['start', 'ready'], []]);
});

test('a window that cannot listen says so, and the core hears that it is ready all the same', async () => {
  await session.begin(core(refused('no-events')(), answered));
  await sayReady();
  expect([called, told()]).toEqual([['start', 'ready'], ['It was no-events']]);
});

test('what the core answers to it is told, but for damage, which has a notice', async () => {
  await session.begin(
    core(
      Promise.resolve(() => undefined),
      refused('library-damaged'),
    ),
  );
  await sayReady();
  expect(told()).toEqual([]);
  await session.begin(
    core(
      Promise.resolve(() => undefined),
      refused('no-answer'),
    ),
  );
  await sayReady();
  expect(told()).toEqual(['It was no-answer']);
});
