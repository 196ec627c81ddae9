/**
 * The takes the gallery shows: filters, the pages that were fetched, the chosen one. Kept while other views are open,
 * so that coming back finds everything as it was.
 */
import type { Change, TakeSummary, TakeVerdict } from '../platform';
import { report } from '../state/problems';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { t } from '../strings/text';
import { merged, queryOf, unfiltered, type Filters } from './filters';

/** How long typing must rest before the core searches, in milliseconds. */
const SEARCH_REST = 120;
const FIRST_PAGE = 100;
const NEXT_PAGE = 200;

class Takes {
  filters = $state.raw<Filters>(unfiltered);
  /** In the asked order, as far as fetched. */
  list = $state.raw<readonly TakeSummary[]>([]);
  /** How many match in all. */
  total = $state(0);
  /** Nothing can be said about the list yet. */
  loading = $state(true);
  /** All pages are here. */
  complete = $state(false);
  selected = $state<string | null>(null);
  /** A chosen take that lies in no fetched page. */
  #beside = $state.raw<TakeSummary | null>(null);
  /** Where the grid was scrolled to, in CSS pixels. */
  scroll = 0;

  readonly index = $derived(this.list.findIndex((take) => take.id === this.selected));
  readonly current = $derived<TakeSummary | null>(
    this.list[this.index] ?? (this.#beside?.id === this.selected ? this.#beside : null),
  );

  #next: string | null = null;
  #asked = 0;
  #fetching: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    session.onChange((change) => this.#hear(change));
    // Missed changes: what was fetched may be stale.
    session.onStart((_start, first) => {
      if (!first) void this.refresh();
    });
    void this.refresh();
  }

  /** Changes what is shown. */
  filter(part: Partial<Filters>): void {
    this.filters = { ...this.filters, ...part };
    this.scroll = 0;
    clearTimeout(this.#timer);
    const typing = Object.keys(part).join() === 'search' && part.search !== '';
    if (typing) this.#timer = setTimeout(() => void this.refresh(), SEARCH_REST);
    else void this.refresh();
  }

  /** Shows everything again, in the chosen order. */
  clearFilters(): void {
    this.filter({ ...unfiltered, trashed: this.filters.trashed, oldestFirst: this.filters.oldestFirst });
  }

  /** Fetches the first page anew. */
  async refresh(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const page = await session.call('list_takes', queryOf(this.filters, null, FIRST_PAGE));
      if (asked !== this.#asked) return;
      this.list = page.takes;
      this.total = page.total;
      this.#setNext(page.next);
    } catch (thrown) {
      if (asked === this.#asked) report(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** Fetches the next page, if there is one. Asked again meanwhile, it waits for the same page. */
  more(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const asked = this.#asked;
    if (this.#next === null) return;
    try {
      const page = await session.call('list_takes', queryOf(this.filters, this.#next, NEXT_PAGE));
      if (asked !== this.#asked) return;
      const known = new Set(this.list.map((take) => take.id));
      this.list = [...this.list, ...page.takes.filter((take) => !known.has(take.id))];
      this.total = page.total;
      this.#setNext(page.next);
    } catch (thrown) {
      if (asked !== this.#asked) return;
      // Scrolling would ask for it over and over.
      this.#setNext(null);
      report(thrown);
    }
  }

  /** Fetches every page that is left. */
  async all(): Promise<void> {
    const asked = this.#asked;
    while (!this.complete && asked === this.#asked) await this.more();
  }

  #setNext(next: string | null): void {
    this.#next = next;
    this.complete = next === null;
  }

  #hear(change: Change): void {
    if (change.kind === 'take') this.#put(change.take);
    if (change.kind === 'take-gone') this.#drop(change.id);
  }

  #put(take: TakeSummary): void {
    const { index } = this;
    const { list, more } = merged(this.list, take, this.filters, this.complete);
    this.list = list;
    this.total = Math.max(list.length, this.total + more);
    if (this.#beside?.id === take.id) this.#beside = take;
    // The one that was being looked at left the list: the next one takes its place.
    if (more < 0 && take.id === this.selected)
      this.selected = list[Math.min(index, list.length - 1)]?.id ?? null;
  }

  #drop(id: string): void {
    const at = this.list.findIndex((take) => take.id === id);
    if (this.#beside?.id === id) this.#beside = null;
    if (at < 0) return;
    this.list = this.list.toSpliced(at, 1);
    this.total -= 1;
    if (this.selected === id) this.selected = this.list[Math.min(at, this.list.length - 1)]?.id ?? null;
  }

  select(id: string | null): void {
    this.selected = id;
  }

  /** Chooses a take wherever it is: from the queue, for instance. */
  async show(id: string): Promise<void> {
    if (this.filters.trashed || !this.list.some((take) => take.id === id)) {
      this.filters = { ...unfiltered, oldestFirst: this.filters.oldestFirst };
      await this.refresh();
    }
    if (!this.list.some((take) => take.id === id)) {
      try {
        this.#beside = (await session.call('open_take', { id })).take;
      } catch (thrown) {
        return report(thrown);
      }
    }
    this.selected = id;
  }

  /** Stars for the chosen take. */
  rate(rating: number): Promise<void> {
    return this.#review({ rating });
  }

  /** A verdict for the chosen take; the one it already has is taken back. */
  judge(verdict: TakeVerdict): Promise<void> {
    return this.#review({ verdict: this.current?.verdict === verdict ? 'none' : verdict });
  }

  async #review(part: { rating?: number; verdict?: TakeVerdict }): Promise<void> {
    const take = this.current;
    if (!take || session.readOnly) return;
    const { id } = take;
    const { rating = take.rating, verdict = take.verdict } = part;
    // Shown at once: a reviewer does not wait for the disk.
    this.#put({ ...take, rating, verdict });
    try {
      this.#put(await session.call('review_take', { id, rating, verdict }));
    } catch (thrown) {
      this.#put(take);
      report(thrown);
    }
  }

  /** Puts the chosen take in the trash; from the trash it puts it back. */
  async trash(): Promise<void> {
    const take = this.current;
    if (!take || session.readOnly) return;
    if (take.trashed) return this.restore(take.id);
    try {
      this.#put(await session.call('trash_take', { id: take.id }));
      toasts.show({
        text: t('gallery.trashed', { name: take.board_name }),
        action: { label: t('app.undo'), run: () => void this.#undoTrash(take.id) },
      });
    } catch (thrown) {
      report(thrown);
    }
  }

  async restore(id: string): Promise<void> {
    try {
      const take = await session.call('restore_take', { id });
      this.#put(take);
      toasts.show({ text: t('gallery.restored', { name: take.board_name }) });
    } catch (thrown) {
      report(thrown);
    }
  }

  async #undoTrash(id: string): Promise<void> {
    try {
      this.#put(await session.call('restore_take', { id }));
      if (!this.filters.trashed) this.selected = id;
    } catch (thrown) {
      report(thrown);
    }
  }
}

export const takes = new Takes();
