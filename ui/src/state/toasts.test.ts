import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toasts } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

const said = (): [string, number][] => toasts.list.map((one) => [one.text, one.times]);

test('the same notice is counted, not piled up, and stays longer', () => {
  toasts.show({ text: 'Copied' });
  vi.advanceTimersByTime(4_000);
  toasts.show({ text: 'Copied' });
  toasts.show({ text: 'Copied' });
  expect(said()).toEqual([['Copied', 3]]);
  vi.advanceTimersByTime(4_000);
  expect(said()).toEqual([['Copied', 3]]);
  vi.advanceTimersByTime(2_000);
  expect(said()).toEqual([]);
  toasts.show({ text: 'Copied' });
  expect(said()).toEqual([['Copied', 1]]);
});

test('notices that differ stand beside one another, three at most', () => {
  toasts.show({ text: 'Not saved', tone: 'bad', detail: 'The disk is full' });
  toasts.show({ text: 'Not saved', tone: 'bad', detail: 'The folder is gone' });
  expect(toasts.list).toHaveLength(2);
  for (const text of ['one', 'two', 'three']) toasts.show({ text });
  expect(said().map(([text]) => text)).toEqual(['one', 'two', 'three']);
});

test('each way back is kept', () => {
  const back: string[] = [];
  for (const id of ['first', 'second'])
    toasts.show({ text: 'Night ferry is in the trash', action: { label: 'Undo', run: () => back.push(id) } });
  for (const toast of toasts.list) toast.action?.run();
  expect(back).toEqual(['first', 'second']);
});

test('the newest way back is gone, and its notice leaves', () => {
  const gone: string[] = [];
  for (const name of ['first', 'second']) {
    toasts.show({ text: name, action: { label: 'Undo', run: () => gone.push(name) } });
  }
  toasts.show({ text: 'no way back' });
  expect(toasts.takeBack()).toBe(true);
  expect(gone).toEqual(['second']);
  expect(toasts.takeBack()).toBe(true);
  expect(toasts.takeBack()).toBe(false);
  expect(gone).toEqual(['second', 'first']);
  expect(toasts.list.map((toast) => toast.text)).toEqual(['no way back']);
});
