import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { catchFocus, focusOn } from './focus-on';

/** The document as far as the focus goes. */
const page = { activeElement: {}, body: {}, querySelector: (selector: string) => there[selector] ?? null };
let there: Record<string, HTMLElement>;

/** An element; what is out of sight takes no focus. */
function element(inSight: boolean): HTMLElement {
  const made = { focus: () => inSight && (page.activeElement = made) } as unknown as HTMLElement;
  return made;
}

beforeEach(() => {
  vi.stubGlobal('document', page);
  page.activeElement = page.body;
  there = {};
});
afterEach(() => vi.unstubAllGlobals());

test('the focus goes to the first that is there and in sight', async () => {
  there = { folded: element(false), field: element(true), other: element(true) };
  await focusOn('missing', 'folded', 'field', 'other');
  expect(page.activeElement).toBe(there['field']);
});

test('only a focus that was lost is caught', () => {
  const [field, button] = [element(true), element(true)];
  page.activeElement = field;
  catchFocus(button);
  expect(page.activeElement).toBe(field);
  page.activeElement = page.body;
  catchFocus(button);
  expect(page.activeElement).toBe(button);
});
