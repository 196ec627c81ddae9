/**
 * The open board and its undo history. The window owns both: an edit is applied here at once, then the core is asked
 * what it means, and the draft is saved when the typing rests.
 */
import { applyEdit, coalescingKey, type Edit } from '../board/edit';
import { emptyHistory, record, redo, seal, undo, type History } from '../board/history';
import { limitsOf, totalSeconds, type Limits } from '../board/limits';
import type { Board, Problem, Profile } from '../platform';
import { problemOf } from '../platform';
import { say, t, type Message } from '../strings/text';
import { assessment } from './assessment.svelte';
import { LeftBoards } from './draft-left';
import { report } from './problems';
import { session } from './session.svelte';

/** How long edits must rest before the draft is saved, in milliseconds. */
const SAVE_REST = 400;
/** And how long somebody who never rests waits for it: so much at most is lost with the power, in milliseconds. */
const SAVE_LATEST = 1000;
/** How long the hands must rest before what is only read follows, and how long it stays behind at most, in milliseconds. */
const READ_REST = 90;
const READ_LATEST = 1000;

/** Stands in until the first board is here, so that nobody has to ask whether there is one. */
const noBoard: Board = {
  id: '',
  name: '',
  prompt: '',
  negative_prompt: '',
  shots: [],
  plan: 'customize',
  first_frame: null,
  last_frame: null,
  ratio: '16:9',
  audio: false,
  guidance: null,
  elements: [],
  takes: 1,
  provider: '',
  model: '',
  watermark: false,
  callback: '',
  first_frame_address: '',
  last_frame_address: '',
  overlay: { shot_number: true, timecode: true, prompt: true },
  transition: 'cut',
};

export type SaveState =
  { kind: 'saved' } | { kind: 'unsaved' } | { kind: 'saving' } | { kind: 'failed'; problem: Problem };

class Draft {
  board = $state.raw<Board>(noBoard);
  /** The board as it was when the hands last rested. What is read and not worked on shows this one: drawing it would
   *  make every key and every turn of a knob wait. */
  rested = $state.raw<Board>(noBoard);
  history = $state.raw<History<Board>>(emptyHistory());
  /** The chosen shot, from 0. */
  selected = $state(0);
  /** Whether the inspector edits the board or the chosen shot. */
  tab = $state<'board' | 'shot'>('shot');
  saved = $state.raw<SaveState>({ kind: 'saved' });
  /** The last thing that happened to the board, in words: shown quietly and spoken. */
  status = $state('');
  /** Raised when an edit met a wall, so that the place where it did can show it. */
  refusals = $state(0);

  readonly profile = $derived<Profile | undefined>(session.profileOf(this.board));
  readonly limits = $derived<Limits | undefined>(this.profile ? limitsOf(this.profile) : undefined);
  readonly seconds = $derived(totalSeconds(this.board));

  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when there is something unsaved that no save has begun with. */
  #unsavedSince: number | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #behindSince: number | undefined;
  #saving: Promise<void> | undefined;
  /** How often another board was wished for. */
  #wishes = 0;
  /** The wishes that are not answered yet, and the board that each is for, where that has an id already. */
  #pending = new Map<number, string | undefined>();
  #arrival: Promise<unknown> = Promise.resolve();
  #savedBoard: Board = noBoard;
  #left = new LeftBoards();
  #shownListeners = new Set<(board: Board) => void>();

  /** What is known better of a board than the core's answer can say, which may be older. */
  correct: (board: Board) => Board = (board) => board;

  constructor() {
    session.onStart((start, first) => {
      if (first) this.show(start.board);
      else assessment.follow(this.board);
    });
    session.onChange((change) => {
      if (change.kind === 'prices') assessment.follow(this.board);
    });
  }

  /** Whether another board is on its way to take this one's place: the person has left this one. */
  get isLeaving(): boolean {
    return this.#pending.has(this.#wishes);
  }

  /** The board that is on its way to take this one's place. */
  get coming(): string | undefined {
    return this.#pending.get(this.#wishes);
  }

  /** Whatever is on its way is not wanted any more. */
  stay(): void {
    this.#wishes += 1;
  }

  /** Resolves when no other board is on its way, however that went. */
  async arrived(): Promise<void> {
    let seen: Promise<unknown> | undefined;
    while (seen !== this.#arrival) {
      seen = this.#arrival;
      await seen;
    }
  }

  /** Hears that another board is open. */
  onShown(listener: (board: Board) => void): void {
    this.#shownListeners.add(listener);
  }

  /** Makes a board that the core just answered the open one. */
  show(answered: Board): void {
    clearTimeout(this.#timer);
    this.#unsavedSince = undefined;
    this.#left.keep(this);
    const { board, history, selected } = this.#left.back(answered);
    this.board = board;
    this.#savedBoard = board;
    this.history = history;
    this.selected = selected;
    this.tab = 'shot';
    this.saved = { kind: 'saved' };
    this.status = '';
    this.#rest();
    assessment.reset();
    assessment.follow(board);
    for (const listener of this.#shownListeners) listener(board);
  }

  /** Opens a board by its id, after the open one is safe. */
  async open(id: string): Promise<void> {
    // Whoever comes back to it does not want the one that is on its way any more.
    if (id === this.board.id) return this.stay();
    try {
      await this.replace(() => session.call('open_board', { id }), id);
    } catch (thrown) {
      report(thrown);
    }
  }

  /** Shows another board in the place of the open one, which is safe before and after the other was fetched. False when
   *  the other is not shown: the open one cannot be saved, and why is said, or something newer was wished for meanwhile. Throws
   *  what the fetching throws. */
  replace(fetch: () => Promise<Board>, id?: string): Promise<boolean> {
    this.#wishes += 1;
    const wish = this.#wishes;
    this.#pending.set(wish, id);
    const arriving = this.#replace(wish, fetch).finally(() => this.#pending.delete(wish));
    this.#arrival = Promise.allSettled([this.#arrival, arriving]);
    return arriving;
  }

  async #replace(wish: number, fetch: () => Promise<Board>): Promise<boolean> {
    if (!(await this.isSafe()) || wish !== this.#wishes) return false;
    try {
      const board = await fetch();
      // What was written while the other one came.
      const safe = await this.isSafe();
      // An older answer would come over the newer board, or over what was written in this one since it was asked for.
      if (!safe || wish !== this.#wishes) {
        // The core takes the board that it was asked for last for the open one.
        if (!this.isLeaving || wish === this.#wishes) await session.call('open_board', { id: this.board.id });
        return false;
      }
      this.show(this.correct(board));
      return true;
    } catch (thrown) {
      // The wish before it is the newest again.
      if (wish === this.#wishes) this.#wishes -= 1;
      throw thrown;
    }
  }

  /** Saves what is not saved yet. False when that failed, which is told. */
  async isSafe(): Promise<boolean> {
    if (await this.flush()) return true;
    if (this.saved.kind === 'failed') report(this.saved.problem);
    return false;
  }

  /** Carries out an edit. False when it was refused; the status line says why. */
  edit(edit: Edit): boolean {
    if (!this.limits) return false;
    if (session.readOnly) {
      this.tell({ key: 'app.only-looks' });
      this.refusals += 1;
      return false;
    }
    const outcome = applyEdit(this.board, edit, this.limits);
    if (outcome.kind === 'refused') {
      this.tell(outcome.reason);
      this.refusals += 1;
      return false;
    }
    const { board: after, label } = outcome;
    if (after === this.board) return true;
    const key = coalescingKey(edit);
    this.history = record(this.history, { before: this.board, after, label, key, now: performance.now() });
    this.#put(after, outcome.select, key !== undefined);
    this.status = key === undefined ? this.#spoken(label) : '';
    return true;
  }

  undo(): void {
    if (session.readOnly) return this.tell({ key: 'app.only-looks' });
    const back = undo(this.history);
    if (!back) return this.tell({ key: 'app.undo-nothing' });
    this.history = back.history;
    this.#put(back.document);
    this.status = t('app.undone', { label: say(back.label) });
  }

  redo(): void {
    if (session.readOnly) return this.tell({ key: 'app.only-looks' });
    const on = redo(this.history, performance.now());
    if (!on) return this.tell({ key: 'app.redo-nothing' });
    this.history = on.history;
    this.#put(on.document);
    this.status = t('app.redone', { label: say(on.label) });
  }

  /** When the newest edit that undo would take back was made, in milliseconds of the page's clock. */
  get editedAt(): number {
    return this.history.past.at(-1)?.at ?? -Infinity;
  }

  /** Ends the step of undo that typing is adding to. */
  seal(): void {
    this.history = seal(this.history);
  }

  select(index: number): void {
    const last = Math.max(0, this.board.shots.length - 1);
    this.selected = Math.min(last, Math.max(0, index));
    this.tab = 'shot';
  }

  /** Says something quietly, and aloud for those who listen. */
  tell(message: Message): void {
    this.status = say(message);
  }

  #spoken(label: Message): string {
    const words = say(label);
    const sentence = words.charAt(0).toUpperCase() + words.slice(1);
    return t('spoken.done', { label: sentence, count: this.board.shots.length, seconds: this.seconds });
  }

  /** `goesOn`: more of the same may follow at once, as when somebody types. */
  #put(board: Board, select?: number, goesOn = false): void {
    this.board = board;
    if (select !== undefined) this.selected = select;
    if (this.selected >= board.shots.length) this.selected = Math.max(0, board.shots.length - 1);
    assessment.follow(board);
    this.#saveSoon();
    if (goesOn) this.#restSoon();
    else this.#rest();
  }

  #saveSoon(): void {
    const now = performance.now();
    this.#unsavedSince ??= now;
    const wait = Math.max(0, Math.min(SAVE_REST, this.#unsavedSince + SAVE_LATEST - now));
    clearTimeout(this.#timer);
    // Not `flush`: on a slow disk one save would follow the other for as long as somebody types.
    this.#timer = setTimeout(() => void this.#saveOnce(), wait);
  }

  #restSoon(): void {
    const now = performance.now();
    this.#behindSince ??= now;
    const wait = Math.min(READ_REST, this.#behindSince + READ_LATEST - now);
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#rest(), wait);
  }

  #rest(): void {
    clearTimeout(this.#restTimer);
    this.#behindSince = undefined;
    this.rested = this.board;
    if (this.#savedBoard !== this.board && this.saved.kind !== 'saving') this.saved = { kind: 'unsaved' };
  }

  /** Saves what is not saved yet, and waits for it. Never throws: a failure is shown, tried again with the next edit, and
   *  answered with false. */
  async flush(): Promise<boolean> {
    // Once more for what was written meanwhile.
    for (;;) {
      if (await this.#saveOnce()) return true;
      if (this.saved.kind === 'failed') return false;
    }
  }

  /** Saves the board as it is now. True when nothing is unsaved after it. */
  async #saveOnce(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#saving) await this.#saving;
    if (this.#savedBoard === this.board) {
      // Undo can lead back to it without a save.
      this.#unsavedSince = undefined;
      if (this.saved.kind !== 'saved') this.saved = { kind: 'saved' };
      return true;
    }
    if (session.readOnly) return true;
    this.#saving = this.#save();
    await this.#saving;
    return this.#savedBoard === this.board;
  }

  async #save(): Promise<void> {
    const board = this.board;
    this.#unsavedSince = undefined;
    this.saved = { kind: 'saving' };
    try {
      await session.call('save_board', { board });
      this.#savedBoard = board;
      this.saved = this.board === board ? { kind: 'saved' } : { kind: 'unsaved' };
    } catch (thrown) {
      this.saved = { kind: 'failed', problem: problemOf(thrown) };
    } finally {
      this.#saving = undefined;
    }
  }
}

/** The open board. */
export const draft = new Draft();
