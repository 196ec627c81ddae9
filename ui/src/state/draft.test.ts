import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { Board } from '../platform';
import { draft } from './draft.svelte';
import { coreOf, startOf } from './sample-core';
import { session } from './session.svelte';

let saved: Board[];
let diskFull: boolean;
/** What each save waits for. */
let disk: Promise<void>;
let readOnly: { code: string } | null;
/** How long each board takes to be opened, in milliseconds, and as which it was read when that began. */
let opening: { wait: number; board: Board | null }[];

const core = coreOf({
  start: () => startOf({ library: { read_only: readOnly } }),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  save_board: async (args) => {
    await disk;
    if (diskFull) throw new Error('disk full');
    saved.push((args as { board: Board }).board);
  },
  open_board: () => {
    const next = opening.shift();
    return new Promise((resolve, reject) =>
      setTimeout(() => (next?.board ? resolve(next.board) : reject(new Error('disk full'))), next?.wait),
    );
  },
});

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  saved = [];
  diskFull = false;
  disk = Promise.resolve();
  readOnly = null;
  opening = [];
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

test('a slow disk is not written to without a rest', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  let text = '';
  for (let key = 0; key < 90; key += 1) {
    text += 'x';
    disk = new Promise((resolve) => setTimeout(resolve, 100));
    draft.edit({ kind: 'prompt', text });
    await vi.advanceTimersByTimeAsync(33);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved.at(-1)?.prompt).toBe(text);
  expect(saved.length).toBeLessThanOrEqual(5);
});

test('a rest saves once', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  draft.edit({ kind: 'prompt', text: 'a' });
  draft.edit({ kind: 'prompt', text: 'ab' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved.map((board) => board.prompt)).toEqual(['ab']);
});

test('what is written while a save is under way is saved before everything is called safe', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  let writes: () => void = () => undefined;
  disk = new Promise((resolve) => (writes = resolve));
  draft.edit({ kind: 'prompt', text: 'a' });
  const safe = [draft.flush(), draft.flush()];
  draft.edit({ kind: 'prompt', text: 'ab' });
  writes();
  expect(await Promise.all(safe)).toEqual([true, true]);
  expect(saved.map((board) => board.prompt)).toEqual(['a', 'ab']);
  expect(draft.saved.kind).toBe('saved');
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

test('a board that is opened twice keeps what was written in it between the two answers', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  const other = { ...boardOf(5), id: 'other', prompt: 'old' };
  opening = [
    { wait: 10, board: other },
    { wait: 250, board: other },
  ];
  void draft.open('other');
  await vi.advanceTimersByTimeAsync(0);
  void draft.open('other');
  await vi.advanceTimersByTimeAsync(300);
  expect(draft.board.id).toBe('other');

  draft.show(boardOf(5));
  opening = [
    { wait: 250, board: other },
    { wait: 10, board: other },
  ];
  void draft.open('other');
  await vi.advanceTimersByTimeAsync(0);
  void draft.open('other');
  await vi.advanceTimersByTimeAsync(50);
  draft.edit({ kind: 'prompt', text: 'written meanwhile' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(draft.board.prompt).toBe('written meanwhile');
  expect(saved.at(-1)?.prompt).toBe('written meanwhile');
});

test('of several boards that are wished for the newest wish is shown', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  const [slow, quick] = ['slow', 'quick'].map((id) => ({ ...boardOf(5), id })) as [Board, Board];
  opening = [
    { wait: 250, board: slow },
    { wait: 10, board: quick },
    { wait: 10, board: slow },
  ];
  void draft.open('slow');
  await vi.advanceTimersByTimeAsync(0);
  void draft.open('quick');
  await vi.advanceTimersByTimeAsync(300);
  expect(draft.board.id).toBe('quick');
  // Back to the one that is open: nothing comes over it.
  void draft.open('slow');
  await vi.advanceTimersByTimeAsync(0);
  void draft.open('quick');
  await vi.advanceTimersByTimeAsync(300);
  expect(draft.board.id).toBe('quick');
});

test('a wish that fails leaves the one before it', async () => {
  await session.begin(core);
  draft.show(boardOf(5));
  opening = [
    { wait: 250, board: { ...boardOf(5), id: 'slow' } },
    { wait: 10, board: null },
  ];
  void draft.open('slow');
  void draft.open('broken');
  await vi.advanceTimersByTimeAsync(300);
  expect(draft.board.id).toBe('slow');
});

test('undo goes on where a board was left', async () => {
  await session.begin(core);
  const board = { ...boardOf(3, 4), id: 'left' };
  draft.show(board);
  draft.edit({ kind: 'ratio', ratio: '1:1' });
  draft.edit({ kind: 'ratio', ratio: '9:16' });
  draft.select(1);
  opening = [
    { wait: 0, board: { ...boardOf(5), id: 'other' } },
    { wait: 0, board: { ...structuredClone(board), ratio: '9:16' } },
  ];
  for (const id of ['other', 'left']) {
    void draft.open(id);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect([draft.board.id, draft.selected]).toEqual(['left', 1]);
  draft.undo();
  expect(draft.board.ratio).toBe('1:1');
  // Back at what is saved, there is nothing to save.
  draft.redo();
  const before = saved.length;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved).toHaveLength(before);
});
