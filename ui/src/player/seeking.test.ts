import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameAtTime, timeOfFrame } from './seeking';

test('every frame is sought inside itself and never at the end of the clip', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 400 }),
      fc.constantFrom(23.976, 24),
      fc.nat(),
      (frames, rate, any) => {
        const frame = any % frames;
        const duration = frames / rate;
        const time = timeOfFrame(frame, rate, duration);
        expect(time).toBeLessThan(duration - 0.034);
        expect(frameAtTime(time, rate, frames)).toBe(frame);
      },
    ),
  );
});

test('a clip whose length is not known yet is sought by its frames', () => {
  expect(timeOfFrame(24, 24, Number.NaN)).toBeCloseTo(24.5 / 24);
});
