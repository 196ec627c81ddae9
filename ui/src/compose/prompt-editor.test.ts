import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { linesTheirOwnWay, smallestChange } from './prompt-editor';

test('the smallest change turns one text into the other', () => {
  expect(smallestChange('push in', 'push in slowly')).toEqual({ from: 7, to: 7, insert: ' slowly' });
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const { from, to, insert } = smallestChange(before, after);
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
    }),
  );
});

test('each line is read the way its own words are', () => {
  const state = EditorState.create({
    doc: 'A door opens\nالباب يفتح\n\nדלת',
    extensions: linesTheirOwnWay,
  });
  const marked: unknown[] = [];
  for (const lines of state.facet(EditorView.decorations)) {
    if (typeof lines === 'function') continue;
    lines.between(0, state.doc.length, (from, _, { spec }) => {
      marked.push([state.doc.lineAt(from).number, spec.attributes.dir]);
    });
  }
  expect(marked).toEqual([1, 2, 3, 4].map((line) => [line, 'auto']));
  expect(state.facet(EditorView.perLineTextDirection)).toBe(true);
});
