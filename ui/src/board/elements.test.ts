import { describe, expect, test } from 'vitest';
import type { Board } from '../platform/contract';
import { applyEdit, coalescingKey, type Edit } from './edit';
import { asElementName, isElementName } from './elements';
import { boardOf, frameOf, sampleLimits as limits } from './samples';

function edited(board: Board, ...edits: Edit[]): Board {
  return edits.reduce((now, edit) => {
    const outcome = applyEdit(now, edit, limits);
    if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason.key}`);
    return outcome.board;
  }, board);
}
function labelOf(board: Board, edit: Edit): unknown {
  const outcome = applyEdit(board, edit, limits);
  return outcome.kind === 'done' ? outcome.label : outcome.reason;
}
const add = (name: string): Edit => ({ kind: 'add-element-picture', index: 0, frame: frameOf(name) });
const named = edited(boardOf(5), { kind: 'add-element' }, { kind: 'element-name', index: 0, name: 'mara' });
const pictures = (board: Board): string[] => (board.elements[0]?.pictures ?? []).map(({ id }) => id);

describe('elements', () => {
  test('each part is edited by itself, and undo names what it was', () => {
    const board = edited(
      named,
      { kind: 'element-id', index: 0, id: '9007199254740993' },
      { kind: 'element-description', index: 0, text: 'a fisherwoman' },
    );
    expect(board.elements).toEqual([
      // A 64-bit number survives to the last digit.
      { name: 'mara', element_id: '9007199254740993', description: 'a fisherwoman', pictures: [] },
    ]);
    expect(labelOf(named, { kind: 'element-id', index: 0, id: '1' })).toEqual({
      key: 'edit.element-id',
      values: { name: '@mara' },
    });
    expect(labelOf(edited(boardOf(5), { kind: 'add-element' }), add('a'))).toEqual({
      key: 'edit.add-element-picture',
      values: { name: '1' },
    });
  });

  test('pictures are added up to the limit, removed, and one is made the frontal', () => {
    const full = edited(named, add('a'), add('b'), add('c'), add('d'));
    expect(pictures(full)).toEqual(['a', 'b', 'c', 'd']);
    expect(labelOf(full, add('e'))).toEqual({
      key: 'refused.element-pictures-max',
      values: { max: 4, name: '@mara' },
    });
    expect(pictures(edited(full, { kind: 'frontal-element-picture', index: 0, picture: 2 }))).toEqual([
      'c',
      'a',
      'b',
      'd',
    ]);
    expect(pictures(edited(full, { kind: 'remove-element-picture', index: 0, picture: 0 }))).toEqual([
      'b',
      'c',
      'd',
    ]);
  });

  test('an element that is gone, or a picture that is not there, changes nothing', () => {
    for (const edit of [
      { kind: 'element-name', index: 1, name: 'x' },
      { kind: 'frontal-element-picture', index: 0, picture: 7 },
      { kind: 'replace-element-picture', index: 0, picture: 7, frame: frameOf('new') },
      { kind: 'frontal-element-picture', index: 0, picture: 0 },
    ] as const) {
      expect(edited(named, edit)).toBe(named);
    }
  });

  test('typing in one field is one step of undo, and another field is another', () => {
    const key = (edit: Edit): string | undefined => coalescingKey(edit);
    expect(key({ kind: 'element-name', index: 0, name: 'a' })).toBe(
      key({ kind: 'element-name', index: 0, name: 'ab' }),
    );
    expect(key({ kind: 'element-name', index: 0, name: 'a' })).not.toBe(
      key({ kind: 'element-id', index: 0, id: 'a' }),
    );
    expect(key(add('a'))).toBeUndefined();
  });
});

test('a board the core has changed is put in place in one named step', () => {
  const fitted = { ...boardOf(5), last_frame: null, provider: 'fal', model: 'pro' };
  const edit: Edit = { kind: 'change-to-fit', board: fitted, name: 'fal Pro' };
  expect(edited(boardOf(3, 3), edit)).toBe(fitted);
  expect(labelOf(boardOf(3, 3), edit)).toEqual({ key: 'edit.change-to-fit', values: { model: 'fal Pro' } });
  expect(coalescingKey(edit)).toBeUndefined();
});

test('addresses and the watermark are fields of the board', () => {
  const board = edited(
    boardOf(5),
    { kind: 'callback', address: 'https://example.com/done' },
    { kind: 'frame-address', which: 'first', address: 'https://example.com/a.png' },
    { kind: 'frame-address', which: 'last', address: 'https://example.com/b.png' },
    { kind: 'watermark', on: true },
  );
  expect(board).toMatchObject({
    callback: 'https://example.com/done',
    first_frame_address: 'https://example.com/a.png',
    last_frame_address: 'https://example.com/b.png',
    watermark: true,
  });
});

test('what is written as a name can stand after the sign', () => {
  expect(asElementName('Red boat')).toBe('Red_boat');
  expect(asElementName(' @mara')).toBe('mara');
  // The space of Chinese and Japanese, and one that does not break.
  expect(asElementName('漁師\u3000海\u00a0')).toBe('漁師_海_');
  for (const name of ['mara', 'der_alte', 'boat-2', 'القارب', '漁師', 'नाव'])
    expect(isElementName(name)).toBe(true);
  for (const name of ['', 'Red boat', 'mara!']) expect(isElementName(name)).toBe(false);
});
