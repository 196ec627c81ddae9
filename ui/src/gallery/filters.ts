/** What the gallery is asked to show, as a question to the core and as a test for takes that change meanwhile. */
import type { TakeSummary, TakesQuery, TakeVerdict } from '../platform';

export interface Filters {
  search: string;
  verdict: TakeVerdict | null;
  /** At least so many stars, 0 for any. */
  rating: number;
  provider: string | null;
  trashed: boolean;
  oldestFirst: boolean;
}

export const unfiltered: Filters = {
  search: '',
  verdict: null,
  rating: 0,
  provider: null,
  trashed: false,
  oldestFirst: false,
};

/** Whether anything but the order narrows what is shown. */
export function narrows(filters: Filters): boolean {
  const { search, verdict, rating, provider } = filters;
  return search.trim() !== '' || verdict !== null || rating > 0 || provider !== null;
}

/** One page as the core is asked for it. */
export function queryOf(filters: Filters, after: string | null, limit: number): TakesQuery {
  return {
    search: filters.search.trim(),
    provider: filters.provider,
    verdict: filters.verdict,
    rating_at_least: filters.rating,
    board: null,
    trashed: filters.trashed,
    oldest_first: filters.oldestFirst,
    after,
    limit,
  };
}

/** Whether a take belongs to what is shown, but for the words: how they are found is the core's rule alone. */
export function fits(take: TakeSummary, filters: Filters): boolean {
  if (take.trashed !== filters.trashed) return false;
  if (filters.verdict !== null && take.verdict !== filters.verdict) return false;
  if (filters.provider !== null && take.provider !== filters.provider) return false;
  return take.rating >= filters.rating;
}

/**
 * A list with one take put in, changed or taken out, by whether it belongs there. One that is in the list was found by
 * the words that are searched, and nothing that happens to a take changes its words. `complete` says that no further
 * page follows. Undefined when only the core can tell: whether its words find a take that is not in the list, and
 * whether one behind the last one known is counted already.
 */
export function merged(
  list: readonly TakeSummary[],
  take: TakeSummary,
  filters: Filters,
  complete: boolean,
): { list: readonly TakeSummary[]; more: number } | undefined {
  const at = list.findIndex((one) => one.id === take.id);
  if (!fits(take, filters)) {
    return at < 0 ? { list, more: 0 } : { list: list.toSpliced(at, 1), more: -1 };
  }
  if (at >= 0) return { list: list.with(at, take), more: 0 };
  if (filters.search.trim() !== '') return undefined;
  const before = (one: TakeSummary): boolean =>
    filters.oldestFirst ? one.created_at <= take.created_at : one.created_at > take.created_at;
  const place = list.findLastIndex(before) + 1;
  if (place === list.length && !complete && list.length > 0) return undefined;
  return { list: list.toSpliced(place, 0, take), more: 1 };
}
