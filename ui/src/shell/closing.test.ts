import { beforeEach, expect, test, vi } from 'vitest';
import { MEANS_IT, SAME_ASKING, SAVED_BY, closing, type Closing } from './closing';

let at = 0;
let saves = false;
let said = 0;
let window: Closing;

beforeEach(() => {
  at = 0;
  saves = false;
  said = 0;
  window = closing(() => at);
});

/** Asks after so many milliseconds. */
function ask(after: number, save: () => Promise<boolean> = () => Promise.resolve(saves)): Promise<boolean> {
  at += after;
  return window.ask(save, () => (said += 1));
}

test('what is safe closes at once', async () => {
  saves = true;
  expect(await ask(0)).toBe(true);
  expect(said).toBe(0);
});

test.each([[[30]], [[150]], [[500]], [[660, 33, 33, 33, 33]], [Array<number>(100).fill(33)]])(
  'a double press and a held key lose nothing: %j',
  async (waits) => {
    expect(await ask(0)).toBe(false);
    for (const wait of waits) expect(await ask(wait)).toBe(false);
    expect(said).toBe(1);
  },
);

test('every asking tries to save again', async () => {
  let tried = 0;
  const save = (): Promise<boolean> => Promise.resolve((tried += 1) > 2);
  expect([await ask(0, save), await ask(850, save), await ask(33, save)]).toEqual([false, false, true]);
});

test('a held key tries once at a time, and what it began does not close the window later', async () => {
  let tried = 0;
  const slow: ((safe: boolean) => void)[] = [];
  const save = (): Promise<boolean> => new Promise((resolve) => (slow[tried++] = resolve));
  const held = Array.from({ length: 40 }, () => ask(33, save));
  slow[0]?.(false);
  expect(await Promise.all(held)).toEqual(Array<boolean>(40).fill(false));
  expect([tried, said]).toEqual([1, 1]);
});

test('a save that never ends is said, and a second word closes the window all the same', async () => {
  vi.useFakeTimers();
  const never = (): Promise<boolean> => new Promise(() => undefined);
  const first = ask(0, never);
  await vi.advanceTimersByTimeAsync(SAVED_BY);
  expect([await first, said]).toEqual([false, 1]);
  const second = ask(SAME_ASKING, never);
  await vi.advanceTimersByTimeAsync(SAVED_BY);
  expect([await second, said]).toEqual([true, 1]);
  vi.useRealTimers();
});

test('who has read why and asks once more means it', async () => {
  expect(await ask(0)).toBe(false);
  expect(await ask(SAME_ASKING)).toBe(true);
});

test('a press that was there before the words were is no answer to them', async () => {
  let fails: (safe: boolean) => void = () => undefined;
  const first = ask(0, () => new Promise((resolve) => (fails = resolve)));
  const second = ask(SAVED_BY - 100);
  fails(false);
  expect([await first, await second]).toEqual([false, false]);
  expect(await ask(SAME_ASKING)).toBe(true);
});

test('long afterwards, and after a save, it is asked anew', async () => {
  expect(await ask(0)).toBe(false);
  expect(await ask(MEANS_IT)).toBe(false);
  window.safe();
  expect(await ask(SAME_ASKING)).toBe(false);
  saves = true;
  expect(await ask(SAME_ASKING)).toBe(true);
});
