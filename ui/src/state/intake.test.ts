import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf, frameOf } from '../board/samples';
import type { Board, Finding, TakeSummary } from '../platform';
import { draft } from './draft.svelte';
import { intake, mendWords } from './intake.svelte';
import { mendsOf } from './element-mends';
import { coreOf, startOf } from './sample-core';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

const take = { id: 'take' } as TakeSummary;

/** Pictures that were asked for and are not here yet, by the command or the file's path. */
let onTheWay: Map<string, { arrive: () => void; fail: () => void }>;

function taking(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    onTheWay.set(name, {
      arrive: () => resolve({ frame: frameOf(name), notes: [] }),
      fail: () => reject(new Error('no picture')),
    });
  });
}

const core = coreOf({
  start: () => startOf({}),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  take_in_path: (args) => taking((args as { path: string }).path),
  pick_frame: () => taking('picked'),
  take_in_clipboard: () => taking('pasted'),
  mend_frame: () => taking('mended'),
  frame_from_take: () => taking('still'),
  open_board: (args) => named((args as { id: string }).id),
});

function named(id: string, ...seconds: number[]): Board {
  return { ...boardOf(...(seconds.length > 0 ? seconds : [5])), id, name: `Board ${id}` };
}
async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}
async function arrives(...names: string[]): Promise<void> {
  for (const name of names) {
    await settled();
    onTheWay.get(name)?.arrive();
  }
  await settled();
}
const said = (): string[] => toasts.list.map(({ text, detail }) => `${text}. ${detail}`);
const panels = (): unknown[] => draft.board.shots.map(({ panel }) => panel?.id ?? null);
const pictures = (): unknown[] => draft.board.elements.map((one) => one.pictures.map(({ id }) => id));

const forAnother =
  'The picture was not put in. It was for Board A, and another board is open now. Open Board A and add it again.';

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  onTheWay = new Map();
  await session.begin(core);
  draft.show(named('A'));
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test.each<[string, string, () => Promise<void>]>([
  ['dropped', '/a.png', () => intake.drop('first-frame', ['/a.png'])],
  ['chosen', 'picked', () => intake.browse('first-frame')],
  ['pasted', 'pasted', () => intake.paste('first-frame')],
  ['mended', 'mended', () => intake.mend('first-frame', frameOf('own'), { kind: 'convert' })],
  ['cut from a take', 'still', async () => void (await intake.fromTake('first-frame', take, 3))],
])('a picture that was %s never lands on a board that was opened since', async (_, name, give) => {
  draft.edit({ kind: 'first-frame', frame: frameOf('own') });
  const done = give();
  await draft.open('B');
  await arrives(name);
  await done;
  expect(draft.board).toEqual(named('B'));
  expect(said()).toEqual([forAnother]);
});

test('a picture that is here before another board is goes where it was asked for', async () => {
  const done = intake.browse('last-frame');
  await arrives('picked');
  await done;
  expect(draft.board.last_frame?.id).toBe('picked');
  expect(said()).toEqual([]);
});

test('two files on a well are not split over two boards', async () => {
  const done = intake.drop('first-frame', ['/a.png', '/b.png']);
  await arrives('/a.png');
  await draft.open('B');
  await arrives('/b.png');
  await done;
  expect(draft.board).toEqual(named('B'));
  expect(said()).toEqual([
    'The pictures were not put in. They were for Board A, and another board is open now. Open Board A and add them again.',
  ]);
});

test('several files on shots are not split over two boards', async () => {
  draft.show(named('A', 4, 4, 4));
  const done = intake.drop('shot-0', ['/a.png', '/b.png', '/c.png']);
  await arrives('/a.png');
  expect(panels()).toEqual(['/a.png', null, null]);
  await draft.open('B');
  await arrives('/b.png', '/c.png');
  await done;
  expect(draft.board).toEqual(named('B'));
  expect(toasts.list.map(({ text, times }) => [text, times])).toEqual([['The picture was not put in', 2]]);
});

test('a panel goes to the shot it was asked for, wherever that stands by now', async () => {
  draft.show(named('A', 4, 4, 4));
  const done = intake.drop('shot-1', ['/a.png', '/b.png']);
  await settled();
  draft.edit({ kind: 'move', from: 2, to: 0 });
  await arrives('/a.png', '/b.png');
  await done;
  expect(draft.board.shots.map(({ id }) => id)).toEqual(['shot-3', 'shot-1', 'shot-2']);
  expect(panels()).toEqual(['/b.png', null, '/a.png']);
});

test('pictures on the timeline become shots, go on where there are none yet, and what does not fit is said', async () => {
  const drop = async (...names: string[]): Promise<void> => {
    const done = intake.drop('timeline', names);
    await arrives(...names);
    await done;
  };
  await drop('/a.png', '/b.png');
  expect(panels()).toEqual(['/a.png', '/b.png']);
  await drop('/c.png');
  expect(panels()).toEqual(['/a.png', '/b.png', '/c.png']);
  expect(said()).toEqual([]);
  await drop('/d.png', '/e.png', '/f.png', '/g.png', '/h.png');
  expect(panels()).toHaveLength(6);
  expect(draft.seconds).toBe(15);
  expect(said()).toEqual(['2 pictures were not put in. A clip of this model has at most 6 shots.']);
  draft.undo();
  expect(panels()).toEqual(['/a.png', '/b.png', '/c.png']);
});

test('more pictures than shots on a shot: the rest become shots', async () => {
  const done = intake.drop('shot-0', ['/a.png', '/b.png', '/c.png']);
  await arrives('/a.png', '/b.png', '/c.png');
  await done;
  expect(panels()).toEqual(['/a.png', '/b.png', '/c.png']);
  expect(draft.board.shots[0]?.prompt).toBe('words 1');
});

test('one picture that is none does not keep the others from becoming shots', async () => {
  draft.edit({ kind: 'panel', index: 0, frame: frameOf('own') });
  const done = intake.drop('timeline', ['/bad.png', '/good.png']);
  await settled();
  onTheWay.get('/bad.png')?.fail();
  await arrives('/good.png');
  await done;
  expect(panels()).toEqual(['own', '/good.png']);
});

test('a panel for a shot that was deleted is refused in words', async () => {
  draft.show(named('A', 4, 4));
  const done = intake.browse('shot-0');
  draft.edit({ kind: 'delete', index: 0 });
  await arrives('picked');
  await done;
  expect(panels()).toEqual([null]);
  expect(said()).toEqual([
    'The picture was not put in. The shot it was for is gone. Add it again where you want it.',
  ]);
});

test('pictures go to the element they were asked for, through its edits, and to no other', async () => {
  for (let count = 0; count < 3; count += 1) draft.edit({ kind: 'add-element' });
  const done = intake.drop('element-1', ['/a.png', '/b.png']);
  await settled();
  draft.edit({ kind: 'element-name', index: 1, name: 'fox' });
  draft.edit({ kind: 'remove-element', index: 0 });
  expect(intake.busy).toEqual(new Set(['element-0']));
  await arrives('/a.png', '/b.png');
  await done;
  expect(pictures()).toEqual([['/a.png', '/b.png'], []]);

  const late = intake.browse('element-0');
  draft.edit({ kind: 'remove-element', index: 0 });
  await arrives('picked');
  await late;
  expect(pictures()).toEqual([[]]);
  expect(said()).toEqual([
    'The picture was not put in. The element it was for is gone. Add it again where you want it.',
  ]);
});

test('a mended picture replaces the one it was made from and no other', async () => {
  draft.edit({ kind: 'first-frame', frame: frameOf('own') });
  const done = intake.mend('first-frame', frameOf('own'), { kind: 'convert' });
  draft.edit({ kind: 'first-frame', frame: frameOf('newer') });
  await arrives('mended');
  await done;
  expect(draft.board.first_frame?.id).toBe('newer');
  expect(toasts.list.map(({ text }) => text)).toEqual(['The changed picture was not put in']);
});

/** An element with these pictures, by their names. */
function withElement(...names: string[]): void {
  draft.edit({ kind: 'add-element' });
  const index = draft.board.elements.length - 1;
  for (const name of names) draft.edit({ kind: 'add-element-picture', index, frame: frameOf(name) });
}

test.each([
  ['front', ['mended', 'side', 'back', 'top']],
  ['side', ['front', 'mended', 'back', 'top']],
  ['top', ['front', 'side', 'back', 'mended']],
])('a mended picture of an element stands where %s stood, by one step of undo', async (old, expected) => {
  // As many as the model takes: there is no room for one more.
  withElement('front', 'side', 'back', 'top');
  const steps = draft.history.past.length;
  const done = intake.mend('element-0', frameOf(old), { kind: 'convert' });
  expect(intake.busy).toEqual(new Set(['element-0']));
  await arrives('mended');
  await done;
  expect(pictures()).toEqual([expected]);
  expect(draft.history.past.length).toBe(steps + 1);
  draft.undo();
  expect(pictures()).toEqual([['front', 'side', 'back', 'top']]);
  expect(said()).toEqual([]);
});

test('a mended picture finds its element through edits, and what is on its way still finds it after', async () => {
  withElement('other');
  withElement('front');
  const mended = intake.mend('element-1', frameOf('front'), { kind: 'reencode', max_bytes: 10_000_000 });
  const dropped = intake.drop('element-1', ['/a.png']);
  draft.edit({ kind: 'remove-element', index: 0 });
  draft.edit({ kind: 'element-name', index: 0, name: 'fox' });
  await arrives('mended', '/a.png');
  await Promise.all([mended, dropped]);
  expect(pictures()).toEqual([['mended', '/a.png']]);
  expect(draft.board.elements[0]?.name).toBe('fox');
});

test('a picture of an element that was removed meanwhile is not mended back in', async () => {
  withElement('front', 'side');
  const done = intake.mend('element-0', frameOf('side'), { kind: 'convert' });
  draft.edit({ kind: 'remove-element-picture', index: 0, picture: 1 });
  await arrives('mended');
  await done;
  expect(pictures()).toEqual([['front']]);
  expect(toasts.list.map(({ text }) => text)).toEqual(['The changed picture was not put in']);
});

test('what findings offer for the pictures of an element is offered once each', () => {
  const about = (field: string, mend: Finding['mend']): Finding => ({
    code: 'frame-format',
    severity: 'error',
    field,
    values: {},
    mend,
  });
  const findings = [
    about('elements[1].pictures[2]', { kind: 'crop', ratio: '9:16' }),
    about('elements[1].pictures[0]', { kind: 'convert' }),
    about('elements[1].pictures[0]', { kind: 'convert' }),
    about('elements[1].pictures[0]', { kind: 'reencode', max_bytes: 1 }),
    about('elements[1].pictures[3]', null),
    about('elements[10].pictures[0]', { kind: 'convert' }),
    about('elements[1]', { kind: 'convert' }),
    about('first_frame', { kind: 'convert' }),
  ];
  const offered = mendsOf(findings, 1);
  expect(offered.map(({ picture, mend }) => [picture, mendWords(mend)])).toEqual([
    [0, 'Convert it'],
    [0, 'Re-encode it'],
    [2, 'Crop to 9:16'],
  ]);
});

test('another board shows neither that a picture is on its way nor what went wrong', async () => {
  const failed = intake.drop('first-frame', ['/a.png']);
  await settled();
  onTheWay.get('/a.png')?.fail();
  await failed;
  const done = intake.browse('last-frame');
  expect(intake.busy).toEqual(new Set(['last-frame']));
  expect([...intake.problems.keys()]).toEqual(['first-frame']);
  await draft.open('B');
  expect(intake.busy).toEqual(new Set());
  expect(intake.problems.size).toBe(0);
  await arrives('picked');
  await done;
});

test('what goes wrong for a board that is no longer open is said aloud', async () => {
  const done = intake.drop('first-frame', ['/a.png']);
  await draft.open('B');
  await settled();
  onTheWay.get('/a.png')?.fail();
  await done;
  expect(toasts.list).toHaveLength(1);
  expect(intake.problems.size).toBe(0);
});
