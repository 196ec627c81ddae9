/** What keys, menus and buttons have in common: one function for each thing that can be asked of the window. */
import type { MenuItem, View } from '../platform';
import { boards } from '../state/boards.svelte';
import { draft } from '../state/draft.svelte';
import { purchase } from '../state/purchase.svelte';
import { session } from '../state/session.svelte';
import { settings } from '../state/settings.svelte';
import { stage } from '../state/stage.svelte';
import { keysDialog } from './keys-dialog.svelte';

export function showView(view: View): void {
  if (session.view === view) return;
  stage.stop();
  session.view = view;
  // Settings is no place to start in next time.
  if (view !== 'settings') void settings.change({ view });
}

/** Carries out an item of the application menu, or the key for the same thing. */
export function act(item: MenuItem): void {
  actions[item]();
}

const actions: Record<MenuItem, () => void> = {
  'new-board': () => inCompose(() => void boards.create()),
  'duplicate-board': () => inCompose(() => void boards.duplicate(draft.board.id)),
  rehearse: () => inCompose(() => void stage.rehearse()),
  generate: () => inCompose(() => void purchase.buy()),
  undo: () => draft.undo(),
  redo: () => draft.redo(),
  compose: () => showView('compose'),
  gallery: () => showView('gallery'),
  queue: () => (session.queueOpen = !session.queueOpen),
  settings: () => session.openSettings(),
  keys: () => keysDialog.toggle(),
};

function inCompose(work: () => void): void {
  showView('compose');
  work();
}
