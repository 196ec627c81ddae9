import { beforeEach, expect, test, vi } from 'vitest';
import { hearKey, matches, register, type Stroke } from './keyboard';

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('a key needs exactly the held keys it names', () => {
  expect(matches(stroke('s'), 'S')).toBe(true);
  expect(matches(stroke('S', { shiftKey: true }), 'S')).toBe(false);
  expect(matches(stroke('s', { ctrlKey: true }), 'S')).toBe(false);
  expect(matches(stroke('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true);
  expect(matches(stroke('z', { ctrlKey: true }), 'Ctrl+Shift+Z')).toBe(false);
  expect(matches(stroke('z', { metaKey: true }), 'Ctrl+Z')).toBe(true);
});

test('named keys and signs', () => {
  expect(matches(stroke(' '), 'Space')).toBe(true);
  expect(matches(stroke('ArrowLeft', { shiftKey: true }), 'Shift+Left')).toBe(true);
  expect(matches(stroke('?', { shiftKey: true }), '?')).toBe(true);
  expect(matches(stroke('?'), '?')).toBe(true);
  expect(matches(stroke('Delete'), 'Del')).toBe(true);
});

/** As much of a page as hearing a key needs. */
class Element {
  isContentEditable = false;
}
class Input extends Element {
  constructor(readonly type: string) {
    super();
  }
}
let inFront: string | undefined;

beforeEach(() => {
  inFront = undefined;
  vi.stubGlobal('HTMLElement', Element);
  vi.stubGlobal('HTMLInputElement', Input);
  vi.stubGlobal('HTMLTextAreaElement', class extends Element {});
  vi.stubGlobal('HTMLButtonElement', class extends Element {});
  vi.stubGlobal('document', { querySelector: (what: string) => (what === inFront ? {} : null) });
  return () => vi.unstubAllGlobals();
});

/** What a key does when it is pressed on an element. */
function heard(key: string, about: { on?: object; repeat?: boolean } = {}): string[] {
  const done: string[] = [];
  const end = register([
    { keys: ['Del'], label: 'keys.delete', group: 'gallery', run: () => done.push('deleted') },
    {
      keys: ['Left'],
      label: 'keys.frame-back',
      group: 'player',
      whileHeld: true,
      run: () => done.push('moved'),
    },
    { keys: ['P'], label: 'keys.take-pick', group: 'gallery', run: () => done.push('picked') },
  ]);
  const { on = new Element(), repeat = false } = about;
  const event = { ...stroke(key), target: on, repeat, preventDefault: () => done.push('taken') };
  hearKey(event as unknown as KeyboardEvent);
  end();
  return done;
}

test('a held key deletes once and moves on', () => {
  expect(heard('Delete')).toEqual(['taken', 'deleted']);
  expect(heard('Delete', { repeat: true })).toEqual(['taken']);
  expect(heard('ArrowLeft', { repeat: true })).toEqual(['taken', 'moved']);
});

test('a slider keeps the keys that move it, a text field every key', () => {
  const [slider, field] = [new Input('range'), new Input('text')];
  expect(heard('p', { on: slider })).toEqual(['taken', 'picked']);
  expect(heard('ArrowLeft', { on: slider })).toEqual([]);
  expect(heard('p', { on: field })).toEqual([]);
  expect(heard('Delete', { on: field })).toEqual([]);
});

test('no key reaches past a dialog or an open list', () => {
  for (const what of ['dialog[open]', '[popover=auto]:popover-open']) {
    inFront = what;
    expect(heard('Delete')).toEqual([]);
  }
});
