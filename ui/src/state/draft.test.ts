import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { Board } from '../platform';
import { draft } from './draft.svelte';
import { coreOf, startOf } from './sample-core';
import { session } from './session.svelte';

let saved: Board[];
let diskFull: boolean;
let readOnly: { code: string } | null;

const core = coreOf({
  start: () => startOf({ library: { read_only: readOnly } }),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  save_board: (args) => {
    if (diskFull) throw new Error('disk full');
    saved.push((args as { board: Board }).board);
  },
});

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  saved = [];
  diskFull = false;
  readOnly = null;
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('whoever types without a rest has everything saved but the last second', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  let text = '';
  let behind = 0;
  // Ten keys a second for six seconds: never a pause of the length that a save waits for.
  for (let key = 0; key < 60; key += 1) {
    text += 'x';
    draft.edit({ kind: 'prompt', text });
    await vi.advanceTimersByTimeAsync(100);
    behind = Math.max(behind, text.length - (saved.at(-1)?.prompt.length ?? 0));
  }
  expect(behind).toBeLessThanOrEqual(10);
  expect(saved.length).toBeLessThanOrEqual(7);
});

test('a rest saves once', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  draft.edit({ kind: 'prompt', text: 'a' });
  draft.edit({ kind: 'prompt', text: 'ab' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved.map((board) => board.prompt)).toEqual(['ab']);
});

test('a window that only looks changes nothing and says so', async () => {
  readOnly = { code: 'library-in-use' };
  await session.begin(core);
  draft.show(boardOf(5));
  const before = draft.board;
  expect(draft.edit({ kind: 'prompt', text: 'a' })).toBe(false);
  expect(draft.board).toBe(before);
  expect(draft.status).toBe('Nothing can be changed in this window.');
});

test('undo to the board that is saved needs no save to be safe', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  diskFull = true;
  draft.edit({ kind: 'prompt', text: 'a' });
  await vi.advanceTimersByTimeAsync(2_000);
  draft.edit({ kind: 'ratio', ratio: '1:1' });
  expect(draft.saved.kind).toBe('unsaved');
  draft.undo();
  draft.undo();
  expect(draft.board).toEqual(boardOf(5));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(draft.saved.kind).toBe('saved');
  expect(saved).toEqual([]);
});
