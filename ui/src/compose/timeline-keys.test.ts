import { beforeEach, expect, test, vi } from 'vitest';
import { boardOf } from '../board/samples';
import type { TakeSummary } from '../platform';
import { draft } from '../state/draft.svelte';
import { coreOf, startOf } from '../state/sample-core';
import { session } from '../state/session.svelte';
import { stage } from '../state/stage.svelte';
import { chooseShot, editShots, merge, remove, reorder, trim } from './timeline-keys';

const core = coreOf({
  start: () => startOf({}),
  assess: () => ({ findings: [], ready: true, quote: null }),
  compare_offers: () => [],
  list_takes: () => ({ takes: [] }),
});

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.useFakeTimers();
  await session.begin(core);
  draft.show(boardOf(5, 4, 3));
  return () => {
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

/** Puts the playhead at a second, as a press on the ruler does: the choice stays. */
function scrubTo(second: number): void {
  stage.seek(second * stage.framesPerSecond);
}

test('the playhead goes with a shot that is moved by keyboard', () => {
  reorder(1);
  expect([draft.selected, stage.second]).toEqual([1, 4]);
  reorder(1);
  expect([draft.selected, stage.second]).toEqual([2, 7]);
});

test('the playhead goes with a shot that is let go at another place', () => {
  chooseShot(2);
  editShots({ kind: 'move', from: 2, to: 0 });
  expect([draft.selected, stage.second]).toEqual([0, 0]);
});

test('the playhead goes to the shot that a merge or a deletion leaves chosen', () => {
  scrubTo(10);
  draft.select(0);
  merge();
  expect([draft.selected, stage.second]).toEqual([0, 0]);
  scrubTo(2);
  draft.select(1);
  remove();
  expect([draft.selected, stage.second]).toEqual([0, 2]);
});

test('a shot that is trimmed keeps the playhead that stood on it, and calls no other one', () => {
  scrubTo(4.5);
  trim(-1);
  expect([draft.selected, stage.second]).toEqual([0, 0]);
  scrubTo(9);
  trim(-1);
  expect([draft.selected, stage.second]).toEqual([0, 9]);
});

test('a clip on the stage keeps the picture it shows, and what plays goes on', () => {
  stage.show({ id: 'take', frames: 288, frame_rate_millis: 24_000 } as TakeSummary);
  reorder(1);
  expect(stage.second).toBe(0);
  stage.showDraft();
  stage.playing = true;
  reorder(1);
  expect(stage.second).toBe(0);
});
