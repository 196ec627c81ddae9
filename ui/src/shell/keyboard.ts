/**
 * The keyboard map. Each part of the window registers its keys here, so that the list a person can open and the keys
 * that work are the same thing.
 */
import type { StringKey } from '../strings/text';

export type Group = 'general' | 'player' | 'timeline' | 'frames' | 'gallery';

export interface Binding {
  /** As people write it: `Ctrl+Shift+Z`, `Space`, `?`. Several that do the same are separate entries. */
  keys: readonly string[];
  label: StringKey;
  group: Group;
  /** Absent for keys that an element hears itself: they are only listed. */
  run?: () => void;
  /** Also while text is typed. Only for keys that write nothing. */
  whileTyping?: boolean;
  /** Again and again while the key is held. What makes, deletes or judges something does so once for each press. */
  whileHeld?: boolean;
}

/** The parts of a key event that count. */
export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether a stroke is the written key. Command counts as Ctrl. */
export function matches(stroke: Stroke, written: string): boolean {
  const parts = written.split('+');
  const name = parts.pop() ?? '';
  const ctrl = parts.includes('Ctrl');
  const alt = parts.includes('Alt');
  const shift = parts.includes('Shift');
  if ((stroke.ctrlKey || stroke.metaKey) !== ctrl || stroke.altKey !== alt) return false;
  const key = stroke.key === ' ' ? 'Space' : stroke.key;
  // A sign such as ? needs Shift on some keyboards and not on others.
  const isSign = name.length === 1 && name.toLowerCase() === name.toUpperCase();
  if (!isSign && stroke.shiftKey !== shift) return false;
  return key.toLowerCase() === (NAMES[name] ?? name).toLowerCase();
}

/** Short names in the list and the names the browser has for them. */
const NAMES: Readonly<Record<string, string>> = {
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Del: 'Delete',
  Esc: 'Escape',
};

const bindings = new Set<readonly Binding[]>();

/** Adds keys until the returned function is called. */
export function register(added: readonly Binding[]): () => void {
  bindings.add(added);
  return () => bindings.delete(added);
}

/** Every key that works now. */
export function allBindings(): Binding[] {
  return [...bindings].flat();
}

/** The keys by which a slider is moved. */
const SLIDER_KEYS: ReadonlySet<string> = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

/** Whether a key without Ctrl belongs to the element that has the focus: every one where text is typed, its own on a slider. */
export function isTheElements(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return target.type !== 'range' || SLIDER_KEYS.has(key);
}

/** A dialog is open: the window behind it is out of reach. */
export function dialogInFront(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

/** Hears a key of the whole window. */
export function hearKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  // An open list is in front like a dialog.
  if (dialogInFront() || document.querySelector('[popover=auto]:popover-open')) return;
  const typing = isTheElements(event.target, event.key);
  // Space and Enter press a button that has the focus.
  const presses = event.target instanceof HTMLButtonElement && event.key === ' ';
  for (const binding of allBindings()) {
    if (!binding.run || (typing && !binding.whileTyping)) continue;
    const key = binding.keys.find((one) => matches(event, one));
    if (key === undefined || (presses && key === 'Space')) continue;
    event.preventDefault();
    if (!event.repeat || binding.whileHeld) binding.run();
    return;
  }
}
