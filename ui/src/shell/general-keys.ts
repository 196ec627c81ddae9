import { act } from './actions';
import { comparison } from '../compose/comparison.svelte';
import type { Binding } from './keyboard';
import { boards } from '../state/boards.svelte';
import { draft } from '../state/draft.svelte';
import { session } from '../state/session.svelte';

/** Keys that work in every view. */
export const generalKeys: readonly Binding[] = [
  {
    keys: ['Ctrl+R'],
    label: 'keys.rehearse',
    group: 'general',
    whileTyping: true,
    run: () => act('rehearse'),
  },
  {
    keys: ['Ctrl+Enter'],
    label: 'keys.generate',
    group: 'general',
    whileTyping: true,
    run: () => act('generate'),
  },
  {
    keys: ['Ctrl+K'],
    label: 'keys.compare',
    group: 'general',
    whileTyping: true,
    run: () => {
      act('compose');
      comparison.open = true;
    },
  },
  { keys: ['Ctrl+Z'], label: 'keys.undo', group: 'general', whileHeld: true, run: () => act('undo') },
  {
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    label: 'keys.redo',
    group: 'general',
    whileHeld: true,
    run: () => act('redo'),
  },
  {
    keys: ['Ctrl+N'],
    label: 'keys.new-board',
    group: 'general',
    whileTyping: true,
    run: () => act('new-board'),
  },
  {
    keys: ['Ctrl+D'],
    label: 'keys.duplicate-board',
    group: 'general',
    whileTyping: true,
    run: () => act('duplicate-board'),
  },
  {
    keys: ['F2'],
    label: 'keys.rename-board',
    group: 'general',
    run: () => {
      // Where no list of boards is in sight, a name would be written out of sight.
      if (session.view === 'compose') boards.renaming = draft.board.id;
    },
  },
  // A board's own row hears these, and F2.
  { keys: ['Del', 'Backspace'], label: 'keys.one-trash', group: 'general' },
  { keys: ['Shift+F10'], label: 'keys.one-menu', group: 'general' },
  { keys: ['Ctrl+1'], label: 'keys.compose', group: 'general', whileTyping: true, run: () => act('compose') },
  { keys: ['Ctrl+2'], label: 'keys.gallery', group: 'general', whileTyping: true, run: () => act('gallery') },
  {
    keys: ['Ctrl+3', 'Ctrl+J'],
    label: 'keys.queue',
    group: 'general',
    whileTyping: true,
    run: () => act('queue'),
  },
  {
    keys: ['Ctrl+,'],
    label: 'keys.settings',
    group: 'general',
    whileTyping: true,
    run: () => act('settings'),
  },
  { keys: ['?'], label: 'keys.show', group: 'general', run: () => act('keys') },
  // Writes nothing, so it is heard in a text as well.
  { keys: ['F1'], label: 'keys.show', group: 'general', whileTyping: true, run: () => act('keys') },
  // The application menu hears this one.
  { keys: ['Ctrl+Q'], label: 'keys.quit', group: 'general' },
];
