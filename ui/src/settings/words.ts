import type { KeyState, KeyTest, Problem, ProviderView } from '../platform';
import { money } from '../format/money';
import { problemWords, type Words } from '../state/problems';
import { inUnit } from '../state/providers';
import { t } from '../strings/text';

/** Where a provider's key is, in words. */
export function keyWords(key: KeyState): string {
  const words = placeWords(key);
  return key.account === '' ? words : t('settings.account-words', { account: key.account, words });
}

function placeWords({ place, last_four, variable }: KeyState): string {
  if (place === 'none' || place === 'asking' || last_four === null)
    return t(`settings.key-state.${place}`, { variable });
  return t(`settings.key-state.${place}-ends`, { variable, four: last_four });
}

/** What is wrong with a key, in words: its field is empty by then, so there is nothing in it to change. */
export function keyProblemWords(problem: Problem): Words {
  const words = problemWords(problem);
  // Elsewhere the remedy sends people here.
  if (problem.code === 'provider-key-refused') return { ...words, remedy: t('settings.key-refused-how') };
  if (problem.code === 'setting-refused') return { ...words, remedy: t('settings.key-not-saved-how') };
  return words;
}

/** What the test of a key found, in words. A provider that tells nothing of the account says so. */
export function testWords({ balance, credits: units }: KeyTest, unit: string): string {
  if (balance !== null && units !== null) {
    return t('settings.key-works-both', { balance: money(balance), units: inUnit(unit, units) });
  }
  if (balance !== null) return t('settings.key-works-balance', { balance: money(balance) });
  if (units !== null) return t('settings.key-works-credits', { units: inUnit(unit, units) });
  return t('settings.key-works');
}

/** What a person can count on at a provider, a sentence each. */
export function factsOf(provider: ProviderView): string[] {
  const { result_hours: hours } = provider;
  return [
    hours > 0 ? t('settings.fact-hours', { time: hoursWords(hours) }) : t('settings.fact-hours-unknown'),
    t(provider.refunds_failed ? 'settings.fact-refunds' : 'settings.fact-no-refunds'),
    t(provider.cancels ? 'settings.fact-cancels' : 'settings.fact-no-cancel'),
    t(provider.looks_up ? 'settings.fact-looks-up' : 'settings.fact-no-look-up'),
  ];
}

/** Most that can be set for a provider at once or in a minute. */
const LIMIT_MAX = 1_000;

/** A limit as a person typed it: a whole number from 1 to 1000, or nothing. */
export function parseLimit(text: string): number | undefined {
  const figure = /^\s*(\d{1,4})\s*$/.exec(text)?.[1];
  const limit = figure === undefined ? 0 : Number(figure);
  return limit >= 1 && limit <= LIMIT_MAX ? limit : undefined;
}

/** Whole days where they are whole. */
function hoursWords(hours: number): string {
  return hours % 24 === 0 ? t('settings.days', { count: hours / 24 }) : t('settings.hours', { count: hours });
}
