/** Words about generations: how far, how long, what is known of a lost one. */
import { money } from '../format/money';
import { duration, exactTimeOfDay, momentOf } from '../format/time';
import type { Evidence, GenerationView } from '../platform';
import { isFinal, needsKey, needsPerson } from '../state/queue.svelte';
import { t } from '../strings/text';

/** An estimate never says that it is over. */
const ESTIMATE_ENDS = 95;

/** The state in plain words. */
export function stateWords(generation: GenerationView): string {
  if (generation.rehearsal && generation.state === 'running') return t('state.rehearsing');
  if (generation.state === 'unknown' && !needsPerson(generation)) return t('state.looked-for');
  return t(`state.${generation.state}`);
}

/** Problems whose words are the provider's. */
const ITS_OWN_WORDS: ReadonlySet<string> = new Set(['generation-withheld', 'generation-failed']);

/** Why the provider made nothing, as it says itself. Nothing where it does not say. */
export function providerSaid({ state, problem, provider_name }: GenerationView): string {
  const reason = problem?.message.trim() ?? '';
  if (state !== 'failed' || reason === '' || !ITS_OWN_WORDS.has(problem?.code ?? '')) return '';
  return t('queue.provider-said', { provider: provider_name, reason });
}

/**
 * Hundredths done: as the provider says, else by the time that such generations usually take; null when neither is
 * known. `now` in milliseconds since 1970.
 */
export function progressOf(generation: GenerationView, now: number): number | null {
  if (generation.progress !== null) return generation.progress;
  if (generation.state !== 'running' || !generation.typical_seconds) return null;
  const seconds = (now - generation.state_since) / 1_000;
  return Math.round(Math.min(ESTIMATE_ENDS, Math.max(0, (seconds / generation.typical_seconds) * 100)));
}

/** How long it has been going, against the usual where that is known; for ended ones how long ago they ended. */
export function elapsedWords(generation: GenerationView, now: number): string {
  const since = Math.max(0, (now - generation.state_since) / 1_000);
  if (isFinal(generation)) return t('queue.ago', { elapsed: roughly(since) });
  const elapsed = duration(Math.floor(since));
  const { typical_seconds: typical } = generation;
  if (generation.state !== 'running' || !typical) return elapsed;
  return t(since > typical ? 'queue.elapsed-over' : 'queue.elapsed-of', {
    elapsed,
    typical: duration(typical),
  });
}

/** A past length in one unit: nobody counts the seconds of an hour. */
function roughly(seconds: number): string {
  if (seconds < 60) return duration(Math.floor(seconds));
  if (seconds < 3_600) return duration(Math.floor(seconds / 60) * 60);
  const hours = Math.floor(seconds / 3_600);
  return hours < 48 ? duration(hours * 3_600) : t('queue.days', { count: Math.floor(hours / 24) });
}

/** Until when a clip that is still being fetched can be had; nothing where that is not known. */
export function keepWords(generation: GenerationView, now: number): string | null {
  const { clip_ends_at: ends, provider_name: provider } = generation;
  if (ends === null) return null;
  const left = (ends - now) / 1_000;
  return left > 0
    ? t('queue.clip-ends', { provider, left: roughly(left) })
    : t('queue.clip-ended', { provider });
}

/** What is known of a request whose answer was lost, as sentences. `now` in milliseconds since 1970. */
export function evidenceWords(generation: GenerationView, evidence: Evidence, now: number): string {
  const { verdict, doubt, sent_at, looked_up_at, next_look_up_at, candidates } = evidence;
  const provider = generation.provider_name;
  const parts = [
    evidence.restored ? t('queue.lost.restored') : t('queue.lost', { sent: momentOf(sent_at, now) }),
  ];
  if (verdict === 'looking' && looked_up_at !== null) {
    parts.push(
      t('queue.lost.asked', { provider, asked: momentOf(looked_up_at, now) }),
      t('queue.lost.looking'),
    );
  }
  if (verdict === 'several') {
    const one = candidates.length === 1 ? 'queue.lost.one' : 'queue.lost.several';
    const key = candidates.every((candidate) => candidate.differs) ? 'queue.lost.differs' : one;
    parts.push(t(key, { count: candidates.length, provider }));
    if (doubt === 'another-lost') parts.push(t('queue.lost.beside'));
    if (doubt === 'another-account') parts.push(t('queue.lost.beside-account'));
  }
  if (verdict === 'absent') {
    if (looked_up_at !== null)
      parts.push(t('queue.lost.asked', { provider, asked: momentOf(looked_up_at, now) }));
    parts.push(t('queue.lost.absent', { price: money(generation.price) }));
  }
  if (verdict === 'not-shown') {
    if (looked_up_at !== null)
      parts.push(t('queue.lost.asked', { provider, asked: momentOf(looked_up_at, now) }));
    const why = doubt === null || doubt === 'restored' ? 'looking' : doubt;
    parts.push(t(`queue.lost.${why}`, { provider }));
    // Who looks at the page of another account sees nothing there, and would pay a second time.
    if (doubt !== 'another-account')
      parts.push(t('queue.lost.look-there', { provider, price: money(generation.price) }));
  }
  if (verdict === 'cannot-look')
    parts.push(
      evidence.restored
        ? t('queue.lost.look-there', { provider, price: money(generation.price) })
        : t('queue.lost.cannot-look', { provider }),
    );
  // Without its key nobody is asked, whatever the hour.
  if (verdict === 'looking' && next_look_up_at !== null && !needsKey(generation)) {
    const key = looked_up_at === null ? 'queue.lost.first' : 'queue.lost.next';
    parts.push(t(key, { provider, next: exactTimeOfDay(next_look_up_at) }));
  }
  return parts.join(' ');
}
