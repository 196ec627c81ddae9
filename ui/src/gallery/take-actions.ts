/** What can be done with a take besides reviewing it. */
import type { TakeSummary } from '../platform';
import { focus } from '../compose/focus.svelte';
import { showView } from '../shell/actions';
import { focusOn } from '../shell/focus-on';
import { boards } from '../state/boards.svelte';
import { draft } from '../state/draft.svelte';
import { intake } from '../state/intake.svelte';
import { report } from '../state/problems';
import { session } from '../state/session.svelte';
import { stage } from '../state/stage.svelte';
import { toasts } from '../state/toasts.svelte';
import { t } from '../strings/text';
import { playback } from './playback.svelte';

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    report(thrown);
  }
}

/** A new board with everything the take was made from, open in Compose. */
export function reuse(take: TakeSummary): Promise<void> {
  return attempt(async () => {
    if (!(await draft.replace(() => session.call('reuse_take', { id: take.id })))) return;
    if (boards.trashed) boards.trashed = false;
    boards.search = '';
    void boards.refresh();
    showView('compose');
    focus.editPrompt();
    toasts.show({ tone: 'good', text: t('gallery.reused') });
  });
}

/** Plays the take on the stage. */
export function openOnStage(take: TakeSummary): void {
  showView('compose');
  stage.show(take, true);
  void focusOn('.transport .play');
}

/** Puts the frame under the playhead into a well of the open board. */
export function frameInto(take: TakeSummary, place: 'first-frame' | 'last-frame'): Promise<void> {
  playback.playing = false;
  const { frame } = playback;
  return attempt(async () => {
    if (!(await intake.fromTake(place, take, frame))) return;
    showView('compose');
    void focusOn(`[data-drop-target="${place}"] button`);
    const key = place === 'first-frame' ? 'gallery.became-first' : 'gallery.became-last';
    toasts.show({ tone: 'good', text: t(key, { board: draft.board.name }) });
  });
}

export function reveal(take: TakeSummary): Promise<void> {
  return attempt(async () => void (await session.call('reveal_take', { id: take.id })));
}

export function exportCopy(take: TakeSummary): Promise<void> {
  return attempt(async () => {
    if (await session.call('export_take', { id: take.id }))
      toasts.show({ tone: 'good', text: t('gallery.exported') });
  });
}
