/** The list of boards and what is done with whole boards. */
import type { BoardSummary, Change } from '../platform';
import { t } from '../strings/text';
import { draft } from './draft.svelte';
import { report } from './problems';
import { rowAfter } from './row-after';
import { session } from './session.svelte';
import { toasts } from './toasts.svelte';

/** How long typing must rest before the core searches, in milliseconds. */
const SEARCH_REST = 120;

class Boards {
  /** Those shown: all, those found, or those in the trash. */
  list = $state.raw<BoardSummary[]>([]);
  search = $state('');
  trashed = $state(false);
  /** The board whose name is being typed. */
  renaming = $state<string | null>(null);
  /** Rises when a new board comes into the place of the last one. */
  begun = $state(0);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  /** Names on their way to the core, by board. */
  #named = new Map<string, string>();
  /** The boards that were put into the trash here. */
  #gone = new Set<string>();

  constructor() {
    session.onStart((start) => {
      if (this.search === '' && !this.trashed) this.list = start.boards;
    });
    session.onChange((change) => this.#hear(change));
    // A board that is opened may have been read before its new name was kept; its next save would write the old one back.
    draft.correct = (board) => ({ ...board, name: this.#named.get(board.id) ?? board.name });
  }

  #hear(change: Change): void {
    if (change.kind === 'board') this.#put(change.board);
    if (change.kind === 'board-gone') this.list = this.list.filter((board) => board.id !== change.id);
  }

  #put(board: BoardSummary): void {
    const others = this.list.filter((one) => one.id !== board.id);
    if (board.trashed !== this.trashed) this.list = others;
    else if (others.length < this.list.length || this.search === '') {
      this.list = [...others, board].sort((a, b) => b.updated_at - a.updated_at);
    }
  }

  find(search: string): void {
    this.search = search;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), SEARCH_REST);
  }

  showTrash(trashed: boolean): void {
    this.trashed = trashed;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const list = await session.call('list_boards', { search: this.search.trim(), trashed: this.trashed });
      if (asked === this.#asked) this.list = list;
    } catch (thrown) {
      report(thrown);
    }
  }

  /** A new board, open. False when it is not. */
  async create(): Promise<boolean> {
    let shown = false;
    await this.#attempt(async () => {
      shown = await draft.replace(() => session.call('create_board', {}));
      if (!shown) return;
      if (this.trashed) this.trashed = false;
      this.search = '';
      await this.refresh();
    });
    return shown;
  }

  async duplicate(id: string): Promise<void> {
    await this.#attempt(async () => {
      await draft.replace(() => session.call('duplicate_board', { id }));
      await this.refresh();
    });
  }

  async rename(id: string, name: string): Promise<void> {
    this.renaming = null;
    const wanted = name.trim() === '' ? t('boards.untitled') : name.trim();
    await this.#attempt(async () => {
      this.#named.set(id, wanted);
      try {
        if (id === draft.board.id) return await this.#renameOpen(id, wanted);
        this.#put(await session.call('rename_board', { id, name: wanted }));
        await draft.arrived();
      } finally {
        if (this.#named.get(id) === wanted) this.#named.delete(id);
      }
    });
  }

  async #renameOpen(id: string, name: string): Promise<void> {
    if (!draft.edit({ kind: 'name', name })) return;
    this.#put({ ...this.#summary(id), name });
    await draft.flush();
  }

  async trash(id: string): Promise<void> {
    await this.#attempt(async () => {
      // What could not be saved would go with it.
      if (id === draft.board.id && !(await draft.isSafe())) return;
      // As it is now: the news of the trash may be here before its answer.
      const before = this.list.map((one) => one.id);
      const board = await session.call('trash_board', { id });
      this.list = this.list.filter((one) => one.id !== id);
      toasts.show({
        text: t('boards.trashed', { name: board.name }),
        action: { label: t('app.undo'), run: () => void this.restore(id) },
      });
      this.#gone.add(id);
      if (id === draft.coming) draft.stay();
      // Who is on the way to another board needs no neighbour of this one.
      await draft.arrived();
      const open = draft.board.id;
      if (!this.#gone.has(open)) return;
      const here = this.list.filter((one) => !one.trashed).map((one) => one.id);
      const next = rowAfter(before, here, open) ?? here[0] ?? (await this.#first());
      if (next !== undefined) await draft.open(next);
      else if (await this.create()) this.begun += 1;
    });
  }

  async restore(id: string): Promise<void> {
    await this.#attempt(async () => {
      await session.call('restore_board', { id });
      this.#gone.delete(id);
      await this.refresh();
      if (!this.trashed) await draft.open(id);
    });
  }

  /** The first of all boards, whatever the list is narrowed to. */
  async #first(): Promise<string | undefined> {
    return (await session.call('list_boards', { search: '', trashed: false }))[0]?.id;
  }

  #summary(id: string): BoardSummary {
    const known = this.list.find((board) => board.id === id);
    return (
      known ?? { id, name: '', shots: 1, seconds: 0, picture: null, updated_at: Date.now(), trashed: false }
    );
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      report(thrown);
    }
  }
}

export const boards = new Boards();
