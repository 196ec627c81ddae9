/** Words about providers that more than one part of the window says. */
import { credits } from '../format/money';
import { isKey, t } from '../strings/text';
import { session } from './session.svelte';

/** Why a provider is marked as unverified: what is not known for certain, a line each. Empty for all others. */
export function unverifiedWords(provider: string): string {
  const view = session.providerOf(provider);
  if (!view?.unverified) return '';
  return [
    t('provider.unverified-how', { provider: view.name }),
    ...view.doubts.map((doubt) => `• ${doubt}`),
  ].join('\n');
}

/** What the provider calls its own unit of money. */
export function unitOf(provider: string): string {
  return session.providerOf(provider)?.credit_name ?? 'credits';
}

/** An amount in a provider's own unit of money, in words: `1 unit`, `64.8 credits`. In millionths of the unit. */
export function inUnit(unit: string, micro: number): string {
  const count = credits(micro);
  const key = `provider.in.${unit}`;
  return isKey(key) ? t(key, { count }) : `${count} ${unit}`;
}
