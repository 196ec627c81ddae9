import { beforeEach, expect, test } from 'vitest';
import type { Batch, Change, Platform, Start } from '../platform';
import { session } from './session.svelte';

const answer = (sequence: number): Start =>
  ({
    sequence,
    profiles: [],
    prices: [],
    keys: [],
    boards: [],
    generations: [],
    spending: { month: sequence, cap: null },
    library: { name: '', path: '', takes: 0, read_only: null, repaired: null },
    media_base: 'http://127.0.0.1:1/secret',
    version: '1',
  }) as unknown as Start;

const spent = (month: number): Change => ({ kind: 'spending', spending: { month, cap: null } });

let starts: number;
let sequence: number;
let send: (batch: Batch) => void;

/** A core whose answers to `start` are counted, and whose batches are sent by hand. */
function core(): Platform {
  return {
    call: (name) => {
      if (name !== 'start') throw new Error(`${name} was not expected`);
      starts += 1;
      return Promise.resolve(answer(sequence)) as never;
    },
    onBatch: (listener) => {
      send = listener;
      return Promise.resolve(() => undefined);
    },
    onFileDrag: () => Promise.resolve(() => undefined),
    onClose: () => Promise.resolve(() => undefined),
    setTitle: () => undefined,
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

beforeEach(async () => {
  starts = 0;
  sequence = 5;
  await session.begin(core());
});

test('batches in order are taken in', () => {
  send({ sequence: 6, changes: [spent(60)] });
  send({ sequence: 7, changes: [spent(70)] });
  expect(session.spending.month).toBe(70);
  expect(starts).toBe(1);
});

test('a batch that was already in the answer is not taken in twice', () => {
  send({ sequence: 5, changes: [spent(1)] });
  expect(session.spending.month).toBe(5);
});

test('a missed batch is answered with a fresh start, and the batch that showed it is not lost', async () => {
  sequence = 7;
  send({ sequence: 8, changes: [spent(80)] });
  await settled();
  expect(starts).toBe(2);
  expect(session.spending.month).toBe(80);
});

test('media addresses are made from the answer', () => {
  expect(session.media('frame', 'abc')).toBe('http://127.0.0.1:1/secret/frame/abc');
});
