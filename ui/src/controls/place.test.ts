import { expect, test } from 'vitest';
import { placeBeside } from './place';

const frame = { width: 1000, height: 600 };
const size = { width: 200, height: 100 };

test('below when there is room, above when there is not', () => {
  expect(placeBeside({ left: 100, top: 10, right: 140, bottom: 40 }, size, frame)).toEqual({
    left: 100,
    top: 46,
  });
  expect(placeBeside({ left: 100, top: 560, right: 140, bottom: 590 }, size, frame)).toEqual({
    left: 100,
    top: 454,
  });
});

test('never outside the window', () => {
  expect(placeBeside({ left: 950, top: 10, right: 990, bottom: 40 }, size, frame).left).toBe(794);
  expect(placeBeside({ left: 0, top: 10, right: 40, bottom: 40 }, size, frame, 'end').left).toBe(6);
});
