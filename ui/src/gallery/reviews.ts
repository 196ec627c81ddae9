/** The last reviews of takes: what each take was before, so that a mistake can be taken back. */
import type { TakeSummary, TakeVerdict } from '../platform';
import type { Message } from '../strings/text';

/** One review, and the take before it. */
export interface Review {
  readonly take: TakeSummary;
  readonly label: Message;
  /** When it was given, in milliseconds of the page's clock. */
  readonly at: number;
}

/** Reviews that can be taken back; older ones are forgotten. */
const KEPT = 100;

export class Reviews {
  #list: readonly Review[] = [];

  /** When the newest was given, in milliseconds of the page's clock. */
  get newestAt(): number {
    return this.#list.at(-1)?.at ?? -Infinity;
  }

  /** Remembers a review. One that changes nothing is none. */
  note(take: TakeSummary, rating: number, verdict: TakeVerdict): Review | undefined {
    if (take.rating === rating && take.verdict === verdict) return undefined;
    const review = { take, label: labelOf(take, rating, verdict), at: performance.now() };
    this.#list = [...this.#list, review].slice(-KEPT);
    return review;
  }

  /** The newest one, which is remembered no more. */
  pop(): Review | undefined {
    const newest = this.#list.at(-1);
    this.#list = this.#list.slice(0, -1);
    return newest;
  }

  /** Drops a review that was not kept. */
  forget(review: Review | undefined): void {
    this.#list = this.#list.filter((one) => one !== review);
  }

  /** Drops the reviews of a take that is no more. */
  forgetTake(id: string): void {
    this.#list = this.#list.filter(({ take }) => take.id !== id);
  }
}

/** What a review was, as undo calls it. */
function labelOf(take: TakeSummary, rating: number, verdict: TakeVerdict): Message {
  const values = { name: take.board_name, count: rating };
  if (take.verdict !== verdict) return { key: `gallery.step-${verdict}`, values };
  return { key: rating === 0 ? 'gallery.step-no-stars' : 'gallery.step-stars', values };
}
