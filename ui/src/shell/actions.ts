/** What keys, menus and buttons have in common: one function for each thing that can be asked of the window. */
import { focus } from '../compose/focus.svelte';
import type { MenuItem, View } from '../platform';
import { boards } from '../state/boards.svelte';
import { draft } from '../state/draft.svelte';
import { purchase } from '../state/purchase.svelte';
import { session } from '../state/session.svelte';
import { settings } from '../state/settings.svelte';
import { stage } from '../state/stage.svelte';
import { toasts } from '../state/toasts.svelte';
import { t } from '../strings/text';
import { dialogInFront } from './keyboard';
import { keysDialog } from './keys-dialog.svelte';

export function showView(view: View): void {
  if (session.view === view) return;
  stage.stop();
  session.view = view;
  // Settings is no place to start in next time.
  if (view !== 'settings') void settings.change({ view });
}

/** Where a wish came from. */
export type Origin = 'menu' | 'key';

/** One press can arrive both through the application menu and as a key: within so many milliseconds it counts once. */
const SAME_PRESS = 100;
/** What makes something does so once while its key is held; the menu does not tell a held key from one that is pressed
 *  again. Systems wait up to 660 ms before they repeat a key. */
const HELD = 700;
const MAKING: ReadonlySet<MenuItem> = new Set(['new-board', 'duplicate-board', 'rehearse', 'generate']);
let last: { item: MenuItem; origin: Origin; at: number } | undefined;

/** Carries out an item of the application menu, or the key for the same thing. */
export function act(item: MenuItem, origin: Origin = 'key'): void {
  const at = performance.now();
  const since = last?.item === item ? at - last.at : Infinity;
  const echo = last?.origin !== origin && since < SAME_PRESS;
  const held = origin === 'menu' && MAKING.has(item) && since < HELD;
  last = { item, origin, at };
  // The menu stays within reach when a dialog does not let anything else through.
  if (!echo && !held && !(origin === 'menu' && dialogInFront())) actions[item]();
}

const actions: Record<MenuItem, () => void> = {
  'new-board': () => inCompose(() => void newBoard()),
  'duplicate-board': () => inCompose(() => void boards.duplicate(draft.board.id)),
  rehearse: () => inCompose(() => void stage.rehearse()),
  generate,
  undo: () => (session.view === 'compose' ? undoInCompose() : takeBack()),
  redo: () => (session.view === 'compose' ? draft.redo() : toasts.show({ text: t('app.redo-nothing') })),
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

/** Whoever asks for a new board goes on with its words. */
async function newBoard(): Promise<void> {
  if (await boards.create()) focus.editPrompt();
}

/** How long a price stands before the eyes until it counts as seen, in milliseconds: a second press of impatience or of a
 *  worn key confirms nothing. */
const SEEN = 1_000;
let priceShown = -Infinity;

/** Confirms the price that stands before the eyes. Elsewhere it is shown first, or what is in its way, and a press after
 *  that counts. */
function generate(): void {
  const now = performance.now();
  if (session.view === 'compose' && !session.queueOpen) {
    if (now - priceShown >= SEEN) return void purchase.buy();
    priceShown = now;
    if (purchase.possible) draft.tell({ key: 'price.look-first' });
    return;
  }
  priceShown = now;
  showView('compose');
  session.queueOpen = false;
  if (purchase.possible) draft.tell({ key: 'price.look-first' });
}

/** What was done last goes first: a board that went into the trash after the newest edit of this one comes back. */
function undoInCompose(): void {
  if (toasts.wayBackAt > draft.editedAt) toasts.takeBack();
  else draft.undo();
}

/** What a view did itself and can take back. */
export interface Steps {
  /** When it did the newest, in milliseconds of the page's clock. */
  newestAt: () => number;
  takeBack: () => void;
}
let stepsHere: Steps | undefined;

/** Lets undo take a view's own steps back until the returned function is called. */
export function undoes(steps: Steps): () => void {
  stepsHere = steps;
  return () => {
    if (stepsHere === steps) stepsHere = undefined;
  };
}

/** The board's own steps are out of sight here: what can be taken back is the view's own newest step, or what the last
 *  notice offers to, whichever came later. */
function takeBack(): void {
  if (stepsHere && stepsHere.newestAt() > toasts.wayBackAt) stepsHere.takeBack();
  else if (!toasts.takeBack()) toasts.show({ text: t('app.undo-nothing') });
}
