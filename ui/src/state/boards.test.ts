import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { Board, BoardsQuery, BoardSummary } from '../platform';
import { boards } from './boards.svelte';
import { draft } from './draft.svelte';
import { coreOf, startOf } from './sample-core';
import { session } from './session.svelte';

let there: BoardSummary[];
let created: number;
let full: boolean;
let sequence: number;
/** What opening a board waits for. */
let held: Promise<void>;
/** The boards that the core was asked for. */
let opened: string[];
/** What renaming one waits for. */
let slow: Promise<void>;
/** The names that went to the core at once. */
let sent: string[];
/** What was saved: the board and its name. */
let saved: string[];

const core = coreOf({
  start: () => startOf({}),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  list_boards: (args) => {
    const { search } = args as BoardsQuery;
    return there.filter((one) => one.name.includes(search));
  },
  // Read at once, answered when the disk has time.
  open_board: (args) => {
    const { id } = args as { id: string };
    opened.push(id);
    return held.then(() => ({ ...boardOf(5), name: 'Before', id }));
  },
  rename_board: (args) => {
    const named = args as { id: string; name: string };
    sent.push(named.name);
    return slow.then(() => ({ ...summary('', ''), ...named }));
  },
  create_board: () => {
    created += 1;
    return { ...boardOf(5), id: 'new' };
  },
  save_board: (args) => {
    if (full) throw new Error('No space left');
    const { board } = args as { board: Board };
    saved.push(`${board.id}: ${board.name}`);
    return {};
  },
  trash_board: (args) => {
    const { id } = args as { id: string };
    there = there.filter((one) => one.id !== id);
    const board = { ...summary(id, 'Trashed'), trashed: true };
    // The news of it comes before the answer.
    sequence += 1;
    session.hear({ sequence, changes: [{ kind: 'board', board }] });
    return board;
  },
});

function summary(id: string, name: string): BoardSummary {
  return { id, name, shots: 1, seconds: 5, picture: null, updated_at: 1, trashed: false };
}

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  created = 0;
  full = false;
  sequence = 0;
  held = Promise.resolve();
  slow = Promise.resolve();
  sent = [];
  opened = [];
  saved = [];
  there = [summary('ferry', 'Ferry'), summary('harbour', 'Harbour')];
  await session.begin(core);
  draft.show({ ...boardOf(5), id: 'harbour' });
  boards.find('Harbour');
  await boards.refresh();
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('after the only board that was found, one that was not searched is opened', async () => {
  expect(boards.list.map((one) => one.id)).toEqual(['harbour']);
  await boards.trash('harbour');
  expect(draft.board.id).toBe('ferry');
  expect(created).toBe(0);
  expect(boards.begun).toBe(0);
  expect(boards.search).toBe('Harbour');
});

test('after the very last board a new one is opened', async () => {
  const { begun } = boards;
  there = there.slice(1);
  await boards.trash('harbour');
  expect(draft.board.id).toBe('new');
  expect(created).toBe(1);
  expect(boards.begun).toBe(begun + 1);
});

test('a board that cannot be saved does not go into the trash with its last words', async () => {
  draft.edit({ kind: 'prompt', text: 'The last words' });
  full = true;
  await boards.trash('harbour');
  expect(there.map((one) => one.id)).toContain('harbour');
  expect(draft.board.prompt).toBe('The last words');
  full = false;
  await boards.trash('harbour');
  expect(there.map((one) => one.id)).toEqual(['ferry']);
});

test('the board below a trashed one is opened, and above the last one the one that is left', async () => {
  there = ['a', 'b', 'c'].map((id) => summary(id, id));
  boards.find('');
  await boards.refresh();
  draft.show({ ...boardOf(5), id: 'b' });
  await boards.trash('b');
  expect(draft.board.id).toBe('c');
  await boards.trash('c');
  expect(draft.board.id).toBe('a');
});

test('a board that is renamed while it is being opened keeps its new name', async () => {
  let arrives: () => void = () => undefined;
  held = new Promise((resolve) => (arrives = resolve));
  const opened = draft.open('ferry');
  const renamed = boards.rename('ferry', 'Night ferry');
  arrives();
  await Promise.all([opened, renamed]);
  expect(draft.board).toMatchObject({ id: 'ferry', name: 'Night ferry' });
  expect(draft.saved.kind).toBe('saved');
  expect(sent).toEqual(['Night ferry']);
});

test('of two names given while a board is being opened the newer one stays', async () => {
  let arrives: () => void = () => undefined;
  held = new Promise((resolve) => (arrives = resolve));
  const opened = draft.open('ferry');
  const renamed = [boards.rename('ferry', 'Night'), boards.rename('ferry', 'Night ferry')];
  arrives();
  await Promise.all([opened, ...renamed]);
  expect(draft.board.name).toBe('Night ferry');
});

test('a board that is renamed while it is opened, edited and left again keeps its new name', async () => {
  let opens: () => void = () => undefined;
  held = new Promise((resolve) => (opens = resolve));
  const opened = draft.open('ferry');
  let renames: () => void = () => undefined;
  slow = new Promise((resolve) => (renames = resolve));
  const renamed = boards.rename('ferry', 'Night ferry');
  opens();
  await opened;
  held = Promise.resolve();
  draft.edit({ kind: 'prompt', text: 'More fog' });
  await draft.open('harbour');
  renames();
  await renamed;
  expect(draft.board.id).toBe('harbour');
  expect(saved.at(-1)).toBe('ferry: Night ferry');
  expect(saved).not.toContain('ferry: Before');
});

test('a name that was taken back is not given again when the board is opened once more', async () => {
  await boards.rename('harbour', 'Night harbour');
  draft.undo();
  await draft.open('ferry');
  await draft.open('harbour');
  expect(draft.board.name).toBe('Before');
});

test('undo leaves the name of a board that was renamed while it was opened', async () => {
  const { opens, open } = openingSlowly('ferry');
  const renamed = boards.rename('ferry', 'Night ferry');
  opens();
  await Promise.all([open, renamed]);
  draft.undo();
  expect(draft.board.name).toBe('Night ferry');
});

test('a board that goes into the trash while it is opened is not shown', async () => {
  const { opens, open } = openingSlowly('ferry');
  const trashed = boards.trash('ferry');
  opens();
  await Promise.all([open, trashed]);
  expect(draft.board.id).toBe('harbour');
  expect(opened.at(-1)).toBe('harbour');
});

test('who is on the way to another board arrives there, whatever goes into the trash', async () => {
  there = ['a', 'b', 'c'].map((id) => summary(id, id));
  boards.find('');
  await boards.refresh();
  draft.show({ ...boardOf(5), id: 'a' });
  const { opens, open } = openingSlowly('c');
  const trashed = boards.trash('a');
  opens();
  await Promise.all([open, trashed]);
  expect(draft.board.id).toBe('c');
});

test('of two boards that go into the trash at once neither is shown', async () => {
  there = ['a', 'b', 'c'].map((id) => summary(id, id));
  boards.find('');
  await boards.refresh();
  draft.show({ ...boardOf(5), id: 'a' });
  let opens: () => void = () => undefined;
  held = new Promise((resolve) => (opens = resolve));
  const first = boards.trash('a');
  await vi.waitFor(() => expect(draft.coming).toBe('b'));
  const second = boards.trash('b');
  opens();
  await Promise.all([first, second]);
  expect(draft.board.id).toBe('c');
});

test('the board that somebody came back to is the one that the core remembers', async () => {
  const { opens, open } = openingSlowly('ferry');
  await vi.waitFor(() => expect(opened).toContain('ferry'));
  await draft.open('harbour');
  opens();
  await open;
  expect(draft.board.id).toBe('harbour');
  expect(opened.at(-1)).toBe('harbour');
});

test('a name that a library to look at refuses is not in the list', async () => {
  const reason = { code: 'library-in-use', message: 'in use', hint: '', details: '' };
  await session.begin(coreOf({ start: () => startOf({ library: { read_only: reason } }) }));
  draft.show({ ...boardOf(5), id: 'harbour' });
  await boards.rename('harbour', 'Night harbour');
  expect(boards.list.map((one) => one.name)).not.toContain('Night harbour');
});

/** Begins to open a board whose answer comes when `opens` is called. */
function openingSlowly(id: string): { opens: () => void; open: Promise<void> } {
  let opens: () => void = () => undefined;
  held = new Promise((resolve) => (opens = resolve));
  return { opens: () => opens(), open: draft.open(id) };
}
