import { expect, test } from 'vitest';
import { galleryKeys, gridKeys } from './gallery-keys';

test('a held arrow goes on through the takes; a held key judges and deletes one', () => {
  const arrows = gridKeys(() => undefined).filter(({ label }) => label === 'keys.take-move');
  expect(arrows.map(({ keys }) => keys[0])).toEqual(['Left', 'Right', 'Up', 'Down']);
  expect(arrows.every(({ whileHeld }) => whileHeld)).toBe(true);
  expect(galleryKeys(() => undefined).some(({ whileHeld }) => whileHeld)).toBe(false);
});
