import { expect, test } from 'vitest';
import { boardOf, frameOf } from '../board/samples';
import type { Board, Finding, FindingCode, Frame, Profile } from '../platform';
import { frameWords } from './frame-words';

const profile = { image: { max_stretch_tenths: 25 } } as Profile;

function sized(width: number, height: number): Frame {
  return { ...frameOf('picture'), width, height };
}
function wordsFor(code: FindingCode, frames: Partial<Board>, field = 'first_frame'): string {
  const values = { shape: '1.8:1', ratio: '16:9', first: '1.8:1', last: '1:1' };
  const finding: Finding = { code, severity: 'error', field, values, mend: null };
  const { title, remedy } = frameWords(finding, { ...boardOf(5), ...frames }, profile);
  return `${title}. ${remedy}`.replaceAll('\u00a0', ' ');
}

test('a stretched picture is called wide or tall, with what the model takes', () => {
  expect(wordsFor('frame-too-stretched', { first_frame: sized(2900, 800) })).toBe(
    '3.6 : 1 is too wide. At most 2.5 : 1 here. Crop it to 16:9 or use another.',
  );
  expect(wordsFor('frame-too-stretched', { last_frame: sized(500, 2000) }, 'last_frame')).toBe(
    '1 : 4 is too tall. At most 1 : 2.5 here. Crop it to 16:9 or use another.',
  );
});

test('shapes that differ are called by the names of the ratios where they have one', () => {
  const frames = { first_frame: sized(1366, 768), last_frame: sized(1080, 1080) };
  expect(wordsFor('frames-differ', frames, 'last_frame')).toMatch(/^First is 16:9, last is 1:1\./);
  const others = { first_frame: sized(1080, 1920), last_frame: sized(1200, 1000) };
  expect(wordsFor('frames-differ', others, 'last_frame')).toMatch(/^First is 9:16, last is 1.2 : 1\./);
});

test('other findings keep their words', () => {
  expect(wordsFor('frame-animated', { first_frame: sized(1920, 1080) })).toMatch(/^The picture moves\./);
});
