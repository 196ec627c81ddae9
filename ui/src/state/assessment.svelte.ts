/**
 * What the core says about the open board: findings, price, what is left. After every edit the latest board is asked
 * about, and at most one question is on its way: a fast typist makes no queue.
 */
import type { Assessment, Board, Finding, Offer } from '../platform';
import { report } from './problems';
import { session } from './session.svelte';

/** How long edits must rest before the other providers are asked about, in milliseconds. */
const OFFERS_REST = 300;

class AssessmentStore {
  current = $state.raw<Assessment | null>(null);
  /** The board the current assessment speaks of. The same object, not only an equal one. */
  of = $state.raw<Board | null>(null);
  offers = $state.raw<Offer[]>([]);

  #wanted: Board | undefined;
  #asking = false;
  #offersTimer: ReturnType<typeof setTimeout> | undefined;
  #offersAsked: Board | undefined;
  /** Whoever waits for the next answer. */
  #waiting = new Set<() => void>();

  /** Asks about a board, now or as soon as the answer on its way is here. */
  follow(board: Board): void {
    this.#wanted = board;
    if (!this.#asking) void this.#ask();
    clearTimeout(this.#offersTimer);
    this.#offersTimer = setTimeout(() => void this.#askOffers(board), OFFERS_REST);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#wanted) {
        const board = this.#wanted;
        this.#wanted = undefined;
        const answer = await session.call('assess', { board });
        this.current = answer;
        this.of = board;
        for (const heard of this.#waiting) heard();
      }
    } catch (thrown) {
      report(thrown);
    } finally {
      this.#asking = false;
    }
  }

  /** Waits until an answer speaks of this board, at most so many milliseconds. False when none does. */
  async speaksOf(board: Board, patience: number): Promise<boolean> {
    if (this.of === board) return true;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(heard);
        resolve(this.of === board);
      };
      const heard = (): void => {
        if (this.of === board) end();
      };
      const timer = setTimeout(end, patience);
      this.#waiting.add(heard);
    });
  }

  async #askOffers(board: Board): Promise<void> {
    this.#offersAsked = board;
    try {
      const offers = await session.call('compare_offers', { board });
      if (this.#offersAsked === board) this.offers = offers;
    } catch {
      // The comparison is a convenience: the price itself comes from `assess`, which reports.
      if (this.#offersAsked === board) this.offers = [];
    }
  }

  /** Forgets what was said about another board. */
  reset(): void {
    this.current = null;
    this.of = null;
    this.offers = [];
  }

  /** What is said about a field and everything inside it. */
  about(...fields: string[]): Finding[] {
    const findings = this.current?.findings ?? [];
    return findings.filter(({ field }) =>
      fields.some((one) => field === one || field.startsWith(`${one}.`) || field.startsWith(`${one}[`)),
    );
  }

  /** What is said about exactly these fields, and nothing inside them. */
  exactly(...fields: string[]): Finding[] {
    return (this.current?.findings ?? []).filter(({ field }) => fields.includes(field));
  }

  get firstError(): Finding | undefined {
    return this.current?.findings.find((finding) => finding.severity === 'error');
  }
}

export const assessment = new AssessmentStore();
