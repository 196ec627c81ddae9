/**
 * Buying the open board. One press makes one confirmation id, which the core spends at most once; the price handed
 * over is the one that stood on the button.
 */
import { problemOf, type Board, type Problem } from '../platform';
import { money } from '../format/money';
import { t } from '../strings/text';
import { assessment } from './assessment.svelte';
import { confirm } from './confirm.svelte';
import { draft } from './draft.svelte';
import { queue } from './queue.svelte';
import { hasKey, session } from './session.svelte';
import { settings } from './settings.svelte';
import { toasts } from './toasts.svelte';

/** How long the button rests after an answer, in milliseconds: a double click must not be a second purchase. */
const REST = 1_000;
/** How long a press waits for the price of the last edit, in milliseconds: as long as the button keeps its look. */
export const PRICE_SOON = 150;

class Purchase {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** The board as it was when the problem came: another one has another chance. */
  problemOf = $state.raw<Board | null>(null);

  readonly keyReady = $derived(hasKey(session.keyOf(draft.board.provider)));

  /** By how much the price of the board passes the cap of this month. */
  readonly overCap = $derived.by(() => {
    const { month, cap } = session.spending;
    const total = assessment.current?.quote?.total ?? 0;
    return cap === null ? 0 : Math.max(0, total - Math.max(0, cap - month));
  });
  /** Whether the provider said that the account has no credit, and something waits for the person's word since. */
  readonly waitsForMoney = $derived(
    queue.list.some(
      ({ provider, state, problem }) =>
        provider === draft.board.provider && state === 'queued' && problem?.code === 'provider-no-credit',
    ),
  );

  /** Whether a press would buy: there is a price, and nothing in the way of it. */
  get possible(): boolean {
    const { current } = assessment;
    const mayBuy = this.keyReady && this.overCap === 0 && !session.library.read_only;
    return Boolean(current?.ready && current.quote && mayBuy);
  }

  /** Buys, after asking where the person asked to be asked. */
  async buy(): Promise<void> {
    if (this.busy || session.library.read_only) return;
    if (draft.isLeaving) return draft.tell({ key: 'price.board-leaving' });
    const { board } = draft;
    if (!(await this.#priceStands(board)) || this.busy) return;
    const quote = assessment.current?.quote;
    if (!assessment.current?.ready || !quote) return;
    if (!this.keyReady) return session.openSettings(board.provider);
    // The core would refuse it; nobody is asked about money that cannot be spent.
    if (this.overCap > 0) return draft.tell({ key: 'price.over-cap', values: { over: money(this.overCap) } });
    this.busy = true;
    this.problem = null;
    try {
      const confirmation = crypto.randomUUID();
      if (!(await this.#maySpend(quote.total))) return;
      await draft.flush();
      const made = await session.call('generate', { board, confirmation, shown: quote.total });
      for (const generation of made) queue.put(generation);
      toasts.show({ tone: 'good', text: t('price.accepted', { board: board.name }) });
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.problemOf = board;
      assessment.follow(draft.board);
    } finally {
      setTimeout(() => (this.busy = false), REST);
    }
  }

  /** Whether the price before the person's eyes is the price of this board. One that comes a moment after the last edit
   *  is waited for; if it is another one, it has to be pressed again. */
  async #priceStands(board: Board): Promise<boolean> {
    if (assessment.of === board) return true;
    const seen = assessment.current?.quote?.total;
    if (seen === undefined || !(await assessment.speaksOf(board, PRICE_SOON))) return false;
    if (assessment.current?.quote?.total !== seen) draft.tell({ key: 'price.moved' });
    else if (draft.board !== board) draft.tell({ key: 'price.edited-since' });
    else return true;
    return false;
  }

  async #maySpend(total: number): Promise<boolean> {
    const above = settings.current.ask_above;
    if (above === null || total <= above) return true;
    const { board, profile } = draft;
    return confirm.ask({
      title: t('price.confirm-title', { price: money(total) }),
      body: t('price.confirm-body', {
        board: board.name,
        seconds: draft.seconds,
        takes: board.takes,
        provider: profile?.provider_name ?? board.provider,
        model: profile ? `${profile.model_name} ${profile.tier}` : board.model,
        above: money(above),
      }),
      confirm: t('price.confirm', { price: money(total) }),
      tone: 'money',
    });
  }
}

export const purchase = new Purchase();
