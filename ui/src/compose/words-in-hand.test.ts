import { beforeEach, expect, test, vi } from 'vitest';
import { applyEdit, type Edit } from '../board/edit';
import { boardOf, sampleLimits } from '../board/samples';
import { promptEdit, type PromptOf } from './prompt-of';
import { WordsInHand } from './words-in-hand';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A field over a board, as the prompt editor is one. */
function field() {
  const scene = {
    board: boardOf(4, 4),
    shown: 'words 1',
    lost: [] as string[],
    hand: new WordsInHand<PromptOf>({ board: 'board', shot: 'shot-1' }, (text) => (scene.shown = text)),
    /** The editor takes up what was typed, and reports it. */
    types(text: string): void {
      scene.shown = text;
      const edit = promptEdit(scene.board, scene.hand.owner, text);
      if (edit) scene.edit(edit);
      else scene.lost.push(text);
    },
    edit(edit: Edit): void {
      const outcome = applyEdit(scene.board, edit, sampleLimits);
      if (outcome.kind === 'done') scene.board = outcome.board;
    },
    prompts: (): string[] => scene.board.shots.map(({ prompt }) => prompt),
  };
  return scene;
}

test('a word that is composed when another shot is chosen goes to its own shot, and the other keeps its words', () => {
  const scene = field();
  scene.hand.composes();
  scene.types('words 1 ni');
  scene.hand.set('words 2', { board: 'board', shot: 'shot-2' });
  expect(scene.shown).toBe('words 1 ni');
  scene.hand.composed();
  scene.hand.isOver();
  // The editor takes up what was composed only after the composition ended.
  vi.advanceTimersByTime(50);
  scene.types('words 1 你');
  expect(scene.prompts()).toEqual(['words 1 你', 'words 2']);

  vi.advanceTimersByTime(50);
  expect(scene.shown).toBe('words 2');
  scene.types('words 2, rain');
  expect(scene.prompts()).toEqual(['words 1 你', 'words 2, rain']);
});

test('words wait no longer than until the keyboard leaves, even if the composition never ends', () => {
  const scene = field();
  scene.hand.composes();
  scene.hand.set('words 2', { board: 'board', shot: 'shot-2' });
  vi.advanceTimersByTime(10_000);
  expect(scene.shown).toBe('words 1');
  scene.hand.isOver();
  vi.advanceTimersByTime(100);
  expect(scene.shown).toBe('words 2');
});

test('a composition that begins at once after another makes the words wait for its end as well', () => {
  const scene = field();
  scene.hand.composes();
  scene.hand.composed();
  scene.hand.set('words 2', { board: 'board', shot: 'shot-2' });
  scene.hand.composes();
  vi.advanceTimersByTime(100);
  expect(scene.shown).toBe('words 1');
  scene.hand.composed();
  vi.advanceTimersByTime(100);
  expect(scene.shown).toBe('words 2');
});

test('the last words that came are the ones that are shown', () => {
  const scene = field();
  scene.hand.composes();
  scene.hand.set('words 2', { board: 'board', shot: 'shot-2' });
  scene.hand.set('words 1', { board: 'board', shot: 'shot-1' });
  scene.hand.composed();
  vi.advanceTimersByTime(100);
  expect([scene.shown, scene.hand.owner.shot]).toEqual(['words 1', 'shot-1']);
});

test('without an input method words are shown at once, also when the keyboard just left', () => {
  const scene = field();
  scene.hand.isOver();
  scene.hand.set('words 2', { board: 'board', shot: 'shot-2' });
  expect(scene.shown).toBe('words 2');
});
