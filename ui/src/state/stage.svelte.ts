/**
 * What the stage shows: the rehearsal of the open board, a chosen take, or the draft itself, and where the playhead
 * stands on it. The player component follows; nothing here touches a video element.
 */
import {
  FRAMES_PER_SECOND,
  type Board,
  type Change,
  type GenerationView,
  type TakeSummary,
} from '../platform';
import { t } from '../strings/text';
import { draft } from './draft.svelte';
import { firstPicture } from './first-picture.svelte';
import { problemWords, report } from './problems';
import { queue } from './queue.svelte';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

export type Shown = { kind: 'draft' } | { kind: 'take'; take: TakeSummary };

class Stage {
  shown = $state.raw<Shown>({ kind: 'draft' });
  /** The frame under the playhead, from 0. */
  frame = $state(0);
  playing = $state(false);
  /** 1, 2, 4 forwards; -1, -2, -4 backwards. */
  rate = $state(1);
  loop = $state(false);
  /** Sound stays off until somebody asks for it. */
  muted = $state(true);
  /** What the rehearsal on the stage was made from, to compare the draft with; null until it is known. */
  rehearsedFrom = $state<string | null>(null);

  readonly take = $derived(this.shown.kind === 'take' ? this.shown.take : null);
  readonly framesPerSecond = $derived(
    this.take && this.take.frame_rate_millis > 0 ? this.take.frame_rate_millis / 1000 : FRAMES_PER_SECOND,
  );
  readonly frames = $derived(this.take ? this.take.frames : Math.max(1, draft.seconds * FRAMES_PER_SECOND));
  /** The playhead in seconds with parts. */
  readonly second = $derived(this.frame / this.framesPerSecond);
  readonly rehearsing = $derived<GenerationView | undefined>(queue.rehearsing(draft.board.id));
  /** The rehearsal on the stage was made before the last edit that would change it. */
  readonly outdated = $derived(
    this.take?.rehearsal === true &&
      this.rehearsedFrom !== null &&
      this.rehearsedFrom !== rehearsable(draft.board),
  );

  #startRehearsal: { board: string; take: TakeSummary } | undefined;
  /** Rehearsals the person asked for in this window: they play when they are ready. */
  #asked = new Set<string>();
  #takes = new Map<string, TakeSummary>();

  constructor() {
    session.onStart((start, first) => {
      if (!first || !start.rehearsal) return;
      this.#startRehearsal = { board: start.board.id, take: start.rehearsal };
      this.#boardShown(start.board);
    });
    draft.onShown((board) => this.#boardShown(board));
    session.onChange((change) => this.#hear(change));
  }

  /** Puts a take on the stage, from the gallery for instance. */
  show(take: TakeSummary, play = false): void {
    if (this.take?.id !== take.id) this.rehearsedFrom = null;
    this.shown = { kind: 'take', take };
    this.frame = Math.min(this.frame, take.frames - 1);
    this.rate = 1;
    this.playing = play;
    if (play) this.frame = 0;
    if (take.rehearsal) void this.#findSource(take);
  }

  /** Takes the clip off the stage: the draft itself is shown. */
  showDraft(): void {
    this.shown = { kind: 'draft' };
    this.playing = false;
    this.seek(this.frame);
  }

  seek(frame: number): void {
    this.frame = Math.min(this.frames - 1, Math.max(0, Math.round(frame)));
  }

  /** Plays or pauses; from the end it begins again. */
  toggle(): void {
    if (!this.playing && this.frame >= this.frames - 1) this.frame = 0;
    this.rate = 1;
    this.playing = !this.playing;
  }

  /** Plays in a direction; asked again it plays faster. */
  shuttle(direction: 1 | -1): void {
    const same = this.playing && Math.sign(this.rate) === direction;
    this.rate = same ? direction * Math.min(4, Math.abs(this.rate) * 2) : direction;
    if (direction === 1 && this.frame >= this.frames - 1) this.frame = 0;
    this.playing = true;
  }

  stop(): void {
    this.playing = false;
    this.rate = 1;
  }

  step(frames: number): void {
    this.stop();
    this.seek(this.frame + frames);
  }

  /** Renders the open board. */
  async rehearse(): Promise<void> {
    if (this.rehearsing || session.readOnly) return;
    const board = draft.board;
    await draft.flush();
    try {
      const generation = await session.call('rehearse', { board });
      this.#asked.add(generation.id);
      queue.put(generation);
      if (generation.take_id) await this.#finished(generation);
    } catch (thrown) {
      report(thrown);
    }
  }

  async cancelRehearsal(): Promise<void> {
    const { rehearsing } = this;
    if (!rehearsing) return;
    try {
      queue.put(
        await session.call('end_generation', {
          id: rehearsing.id,
          ending: rehearsing.state === 'queued' ? 'withdraw' : 'cancel',
        }),
      );
    } catch (thrown) {
      report(thrown);
    }
  }

  #hear(change: Change): void {
    if (change.kind === 'take') this.#takes.set(change.take.id, change.take);
    if (change.kind === 'take-gone' && this.take?.id === change.id) this.showDraft();
    if (change.kind === 'take' && change.take.trashed && this.take?.id === change.take.id) this.showDraft();
    if (change.kind !== 'generation' || !change.generation.rehearsal) return;
    const { generation } = change;
    if (generation.state === 'done') this.#finished(generation).catch(report);
    if (generation.state === 'failed' && this.#asked.delete(generation.id) && generation.problem) {
      const words = problemWords(generation.problem);
      toasts.show({ tone: 'bad', text: t('rehearse.failed'), detail: `${words.title} ${words.remedy}` });
    }
  }

  async #finished(generation: GenerationView): Promise<void> {
    if (generation.board_id !== draft.board.id || !generation.take_id) return;
    const play = this.#asked.delete(generation.id);
    const known = this.#takes.get(generation.take_id);
    const take = known ?? (await session.call('open_take', { id: generation.take_id })).take;
    if (generation.board_id !== draft.board.id) return;
    this.show(take, play && session.view === 'compose');
    if (play) draft.tell({ key: 'rehearse.ready' });
  }

  #boardShown(board: Board): void {
    this.shown = { kind: 'draft' };
    this.playing = false;
    this.rate = 1;
    this.frame = 0;
    const ready = this.#startRehearsal?.board === board.id ? this.#startRehearsal.take : undefined;
    if (ready) {
      this.#startRehearsal = undefined;
      this.rehearsedFrom = null;
      this.shown = { kind: 'take', take: ready };
      // Whether the board was edited since is not asked before the window stands.
      void firstPicture.done.then(() => this.#findSource(ready));
    } else {
      void this.#findRehearsal(board);
    }
  }

  /** The newest rehearsal of a board that was opened, if it has one. */
  async #findRehearsal(board: Board): Promise<void> {
    if (board.id === '') return;
    try {
      const page = await session.call('list_takes', {
        search: '',
        provider: 'rehearsal',
        verdict: null,
        rating_at_least: 0,
        board: board.id,
        trashed: false,
        oldest_first: false,
        after: null,
        limit: 1,
      });
      const take = page.takes[0];
      if (take && draft.board.id === board.id && this.shown.kind === 'draft') this.show(take);
    } catch {
      // Without it the stage shows the draft, and Rehearse makes a new one.
    }
  }

  async #findSource(take: TakeSummary): Promise<void> {
    try {
      const detail = await session.call('open_take', { id: take.id });
      if (this.take?.id === take.id) this.rehearsedFrom = rehearsable(detail.board);
    } catch {
      if (this.take?.id === take.id) this.rehearsedFrom = '';
    }
  }
}

/** Everything of a board that a rehearsal shows, as one string to compare. */
function rehearsable(board: Board): string {
  const shots = board.shots.map((shot) => [shot.prompt, shot.seconds, shot.panel?.id]);
  const frames = [board.first_frame?.id, board.last_frame?.id];
  const words = board.shots.length > 1 && board.plan === 'customize' ? '' : board.prompt;
  return JSON.stringify([words, shots, frames, board.plan, board.ratio, board.overlay, board.transition]);
}

export const stage = new Stage();
