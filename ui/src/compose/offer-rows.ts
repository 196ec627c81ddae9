/** The same board at every provider, sorted into what a person can do with each offer. */
import type { Finding, FindingCode, Offer } from '../platform';

export interface OfferRows {
  /** What is missing on the board itself, so that nobody would take it; nothing when somebody would. */
  unfinished: Finding | null;
  /** Those that take the board as it is, cheapest first. Of an unfinished board: what each will ask once it is finished. */
  takes: Offer[];
  /** Those that take it after changes the program can make, cheapest first. */
  changes: Offer[];
  /** Those that would not take it. */
  refuses: Offer[];
}

/** What no provider takes: the board is not finished, and which provider is asked plays no part. */
const UNFINISHED: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'shots-none',
  'shot-seconds-invalid',
  'prompt-empty',
  'shot-prompt-empty',
  'element-name-invalid',
]);

export function offerRows(offers: readonly Offer[]): OfferRows {
  const isUnfinished = ({ obstacle }: Offer): boolean => obstacle !== null && UNFINISHED.has(obstacle.code);
  const isTaken = (offer: Offer): boolean => offer.ready || isUnfinished(offer);
  const rest = offers.filter((offer) => !isTaken(offer));
  const hasChanges = (offer: Offer): boolean => offer.changes !== null && offer.changes.length > 0;
  return {
    unfinished: offers.find(isUnfinished)?.obstacle ?? null,
    takes: byTotal(offers.filter(isTaken), (offer) => offer.quote?.total),
    changes: byTotal(rest.filter(hasChanges), (offer) => offer.changed_quote?.total),
    refuses: rest.filter((offer) => !hasChanges(offer)),
  };
}

/** Offers without a price come last; equal ones keep their order. */
function byTotal(offers: Offer[], totalOf: (offer: Offer) => number | undefined): Offer[] {
  return offers.toSorted((a, b) => (totalOf(a) ?? Infinity) - (totalOf(b) ?? Infinity));
}

/** How a live price differs from the table's, both for one take; nothing where the table knows none. */
export type Difference = { kind: 'same' } | { kind: 'more' | 'less'; by: number };

export function differenceOf(live: number, table: number | null): Difference | null {
  if (table === null) return null;
  if (live === table) return { kind: 'same' };
  return { kind: live > table ? 'more' : 'less', by: Math.abs(live - table) };
}
