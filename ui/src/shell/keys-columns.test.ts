import { expect, test } from 'vitest';
import { evened } from './keys-columns';

const group = (name: string, count: number): { name: string; lines: number[] } => ({
  name,
  lines: Array.from({ length: count }, (_, line) => line),
});
const names = (groups: { name: string }[]): string => groups.map(({ name }) => name).join(' ');

test('the groups are ordered so that two columns come out about equally long', () => {
  const [general, player, timeline, frames] = [
    group('general', 17),
    group('player', 10),
    group('timeline', 10),
    group('frames', 1),
  ];
  expect(names(evened([general, timeline, player, frames]))).toBe('general frames timeline player');
  expect(names(evened([general, timeline, player, frames, group('gallery', 11)]))).toBe(
    'general player timeline frames gallery',
  );
});

test('one group and none stay as they are', () => {
  expect(names(evened([group('general', 17)]))).toBe('general');
  expect(evened([])).toEqual([]);
});
