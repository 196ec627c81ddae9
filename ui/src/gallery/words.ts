/** Words about takes. */
import { money } from '../format/money';
import { dayOf } from '../format/time';
import type { TakeDetail, TakeSummary } from '../platform';
import { t } from '../strings/text';
import { startOfDay } from './layout';

const WHOLE = new Intl.NumberFormat('en');

/** How many takes there are: `11,476 takes`. */
export function countWords(count: number, trashed: boolean): string {
  return t(trashed ? 'gallery.count-trash' : 'gallery.count', { count, shown: WHOLE.format(count) });
}

/** A day as people call it. `day` is its midnight, `now` any moment; both in milliseconds since 1970. */
export function dayWords(day: number, now: number): string {
  const today = startOfDay(now);
  if (day === today) return t('gallery.today');
  // Noon before: yesterday even where the clock was changed in the night between.
  if (day === startOfDay(today - 12 * 3_600_000)) return t('gallery.yesterday');
  return dayOf(day, now);
}

/** `12 takes, $14.11`: what a day brought and what it cost. */
export function dayNote(takes: readonly TakeSummary[], first: number, count: number): string {
  let cost = 0;
  for (let index = first; index < first + count; index += 1) cost += takes[index]?.price ?? 0;
  return cost === 0 ? t('gallery.day-free', { count }) : t('gallery.day', { count, cost: money(cost) });
}

/** Length of a take in seconds, to a tenth where it is no whole number. */
export function secondsOf(take: TakeSummary): string {
  if (take.frame_rate_millis <= 0) return '0';
  const tenths = Math.round((take.frames * 10_000) / take.frame_rate_millis);
  return tenths % 10 === 0 ? String(tenths / 10) : (tenths / 10).toFixed(1);
}

/** Who made a take: a provider, or nobody for a rehearsal. */
export function makerWords(take: TakeSummary): string {
  return take.rehearsal ? t('gallery.rehearsal') : take.provider_name;
}

/** Everything a listener needs to know of a cell. */
export function spokenTake(take: TakeSummary): string {
  // In the order in which the eye finds them on the cell.
  const parts = [take.board_name, t('gallery.seconds', { seconds: secondsOf(take) }), makerWords(take)];
  if (take.damaged) parts.push(t('gallery.damaged'));
  if (take.rating > 0) parts.push(t('gallery.stars', { count: take.rating }));
  if (take.verdict !== 'none') parts.push(t(`gallery.verdict.${take.verdict}`));
  return parts.join(', ');
}

/** What was asked: provider, model, seconds, ratio, sound, shots. */
export function askedWords(take: TakeSummary): string {
  const parts = [
    take.rehearsal ? t('gallery.rehearsal') : `${take.provider_name}, ${take.model_name}`,
    t('gallery.seconds', { seconds: secondsOf(take) }),
    take.ratio,
    take.audio ? t('gallery.with-sound') : t('gallery.no-sound'),
  ];
  if (take.shots > 1) parts.push(t('gallery.shots', { count: take.shots }));
  return parts.join(', ');
}

/** What was paid, and whether that was what was confirmed. */
export function paidWords(take: TakeSummary, detail: TakeDetail | null): string {
  if (take.rehearsal) return t('gallery.paid-nothing');
  const paid = money(take.price);
  if (!detail?.quote) return paid;
  const asked = detail.quote.per_take;
  return asked === take.price
    ? t('gallery.paid-as-confirmed', { paid })
    : t('gallery.paid-otherwise', { paid, confirmed: money(asked) });
}

/** A file's size: `8.1 MB`. */
export function sizeWords(kibibytes: number): string {
  const tenths = Math.round((kibibytes * 1_024) / 100_000);
  if (tenths < 10) return t('gallery.kilobytes', { size: Math.round((kibibytes * 1_024) / 1_000) });
  return t('gallery.megabytes', { size: `${Math.floor(tenths / 10)}.${tenths % 10}` });
}
