import { beforeEach, expect, test } from 'vitest';
import { MEANS_IT, SAME_ASKING, closing, type Closing } from './closing';

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

test('every asking tries to save: the shell ends a program whose page asks for nothing', async () => {
  let tried = 0;
  const save = (): Promise<boolean> => Promise.resolve((tried += 1) > 2);
  expect([await ask(0, save), await ask(850, save), await ask(33, save)]).toEqual([false, false, true]);
});

test('who has read why and asks once more means it', async () => {
  expect(await ask(0)).toBe(false);
  expect(await ask(SAME_ASKING)).toBe(true);
});

test('a press that was there before the words were is no answer to them', async () => {
  let fails: (safe: boolean) => void = () => undefined;
  const first = ask(0, () => new Promise((resolve) => (fails = resolve)));
  const second = ask(5_000);
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
