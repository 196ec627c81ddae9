/**
 * The takes the gallery shows: filters, the pages that were fetched, the chosen one. Kept while other views are open,
 * so that coming back finds everything as it was.
 */
import type { Change, TakeSummary, TakeVerdict } from '../platform';
import { report } from '../state/problems';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { say, t } from '../strings/text';
import { merged, queryOf, unfiltered, type Filters } from './filters';
import { Reviews } from './reviews';

/** How long typing must rest before the core searches, and news gather before it is asked again, in milliseconds. */
const ASK_REST = 120;
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
  /** The take that somebody asked for from elsewhere, until the grid has brought it into sight. */
  sought = $state<string | null>(null);
  /** Where the grid was scrolled to, in CSS pixels. */
  scroll = 0;

  readonly index = $derived(this.list.findIndex((take) => take.id === this.selected));
  readonly current = $derived<TakeSummary | null>(
    this.list[this.index] ?? (this.#beside?.id === this.selected ? this.#beside : null),
  );

  readonly reviews = new Reviews();

  #next: string | null = null;
  #asked = 0;
  #asking: Promise<void> | undefined;
  #fetching: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the list answers. */
  #answered: Filters | undefined;
  /** What was heard since the core was asked for a page: its answer may be older. */
  #heard: (() => void)[] | undefined;

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
    const typing = Object.keys(part).join() === 'search' && part.search !== '';
    if (!typing) return void this.refresh();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#askSoon();
  }

  /** Shows everything again, in the chosen order, and the chosen take where it is then. */
  async clearFilters(): Promise<void> {
    this.filter({ ...unfiltered, trashed: this.filters.trashed, oldestFirst: this.filters.oldestFirst });
    await this.#settled();
    if (this.index >= 0) this.sought = this.selected;
  }

  /** Asks the core anew what is shown, and waits until the list is the newest answer. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asking = this.#ask();
    await this.#settled();
  }

  #askSoon(): void {
    this.#timer ??= setTimeout(() => void this.refresh(), ASK_REST);
  }

  /** Waits for the newest answer, whoever asked. */
  async #settled(): Promise<void> {
    for (let asking = this.#asking; asking; asking = this.#asking) {
      await asking;
      if (asking === this.#asking) this.#asking = undefined;
    }
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const { filters } = this;
    // The same question again is answered as far as it was: whoever scrolled keeps their place.
    const known = filters === this.#answered ? this.list.length : 0;
    this.#heard = [];
    try {
      let page = await session.call('list_takes', queryOf(filters, null, FIRST_PAGE));
      const list = [...page.takes];
      while (asked === this.#asked && page.next !== null && list.length < known) {
        page = await session.call('list_takes', queryOf(filters, page.next, NEXT_PAGE));
        list.push(...page.takes);
      }
      if (asked !== this.#asked) return;
      this.#answered = filters;
      this.list = list;
      this.total = page.total;
      this.#setNext(page.next);
      this.#hearAgain();
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.#heard = undefined;
      report(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** Fetches the next page, if there is one. Asked again meanwhile, it waits for the same page. */
  more(): Promise<void> {
    this.#fetching ??= this.#fetch();
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    // A page goes with the pages before it.
    await this.#settled();
    const asked = this.#asked;
    // Before whoever watches the list hears of the page, and asks for one more.
    const over = (): void => (this.#fetching = undefined);
    if (this.#next === null) return over();
    this.#heard = [];
    try {
      const query = queryOf(this.filters, this.#next, NEXT_PAGE);
      const page = await session.call('list_takes', query).finally(over);
      if (asked !== this.#asked) return;
      const known = new Set(this.list.map((take) => take.id));
      this.list = [...this.list, ...page.takes.filter((take) => !known.has(take.id))];
      this.total = page.total;
      this.#setNext(page.next);
      // The pages before it have the news already, the count that came with it has not.
      if (this.#heard?.length) this.#askSoon();
      this.#hearAgain();
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.#heard = undefined;
      // Scrolling would ask for it over and over.
      this.#setNext(null);
      report(thrown);
    }
  }

  /** Fetches every page that is left. */
  async all(): Promise<void> {
    const { filters } = this;
    await this.#settled();
    while (this.#next !== null && filters === this.filters) await this.more();
  }

  #setNext(next: string | null): void {
    this.#next = next;
    this.complete = next === null;
  }

  #hear(change: Change): void {
    if (change.kind === 'take') this.#put(change.take);
    if (change.kind !== 'take-gone') return;
    this.#drop(change.id);
    this.reviews.forgetTake(change.id);
  }

  /** Brings an answer up to what was heard while it was on its way. */
  #hearAgain(): void {
    const heard = this.#heard ?? [];
    this.#heard = undefined;
    for (const say of heard) say();
  }

  #put(take: TakeSummary): void {
    this.#heard?.push(() => this.#put(take));
    if (this.#beside?.id === take.id) this.#beside = take;
    const { index } = this;
    const outcome = merged(this.list, take, this.filters, this.complete);
    if (!outcome) return this.#askSoon();
    const { list, more } = outcome;
    this.list = list;
    this.total = Math.max(list.length, this.total + more);
    // The one that was being looked at left the list: the next one takes its place.
    if (more < 0 && take.id === this.selected)
      this.selected = list[Math.min(index, list.length - 1)]?.id ?? null;
  }

  #drop(id: string): void {
    this.#heard?.push(() => this.#drop(id));
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

  /** Chooses the first of what is asked for, once that is here. False when there is none, or something else is asked
   *  for by then. */
  async chooseFirst(): Promise<boolean> {
    const { filters } = this;
    // Whoever presses Enter has written enough.
    if (this.#timer !== undefined) await this.refresh();
    else await this.#settled();
    const [first] = this.list;
    if (!first || filters !== this.filters || filters !== this.#answered) return false;
    this.select(first.id);
    return true;
  }

  /** Chooses a take wherever it is, and has it brought into sight: from the queue, for instance. */
  async show(id: string): Promise<void> {
    if (this.filters.trashed || !this.list.some((take) => take.id === id)) {
      this.filters = { ...unfiltered, oldestFirst: this.filters.oldestFirst };
      this.scroll = 0;
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
    this.sought = id;
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
    const review = this.reviews.note(take, rating, verdict);
    // Shown at once: a reviewer does not wait for the disk.
    this.#put({ ...take, rating, verdict });
    try {
      this.#put(await session.call('review_take', { id, rating, verdict }));
    } catch (thrown) {
      this.reviews.forget(review);
      this.#put(take);
      report(thrown);
    }
  }

  /** Takes the newest review back, and chooses that take again. */
  async takeBackReview(): Promise<void> {
    const review = this.reviews.pop();
    if (!review) return;
    const { id, rating, verdict } = review.take;
    try {
      await this.#return(await session.call('review_take', { id, rating, verdict }));
      toasts.show({ text: t('app.undone', { label: say(review.label) }) });
    } catch (thrown) {
      report(thrown);
    }
  }

  /** Brings a take back to its place, and chooses it if it is shown there. */
  async #return(take: TakeSummary): Promise<void> {
    this.#put(take);
    // While words are searched the core says whether it belongs there.
    if (this.#timer !== undefined) await this.refresh();
    if (!this.list.some(({ id }) => id === take.id)) return;
    this.selected = take.id;
    this.sought = take.id;
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
      await this.#return(await session.call('restore_take', { id }));
    } catch (thrown) {
      report(thrown);
    }
  }
}

export const takes = new Takes();
