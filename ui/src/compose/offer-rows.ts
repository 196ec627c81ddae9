/** The same board at every provider, sorted into what a person can do with each offer. */
import type { Finding, Offer } from '../platform';

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

export function offerRows(offers: readonly Offer[]): OfferRows {
  const unfinished = sharedObstacle(offers);
  const isFree = (offer: Offer): boolean =>
    offer.ready || (unfinished !== null && offer.obstacle?.code === unfinished.code);
  const rest = offers.filter((offer) => !isFree(offer));
  const hasChanges = (offer: Offer): boolean => offer.changes !== null && offer.changes.length > 0;
  return {
    unfinished,
    takes: byTotal(offers.filter(isFree), (offer) => offer.quote?.total),
    changes: byTotal(rest.filter(hasChanges), (offer) => offer.changed_quote?.total),
    refuses: rest.filter((offer) => !hasChanges(offer)),
  };
}

/** The finding that stands in everybody's way alike: it is about the board, not about a provider. */
function sharedObstacle(offers: readonly Offer[]): Finding | null {
  const [first] = offers;
  if (offers.length < 2 || !first?.obstacle || hasWayOut(first)) return null;
  const { code } = first.obstacle;
  return offers.every((offer) => offer.obstacle?.code === code && !hasWayOut(offer)) ? first.obstacle : null;
}

function hasWayOut(offer: Offer): boolean {
  return offer.ready || offer.changes !== null;
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
