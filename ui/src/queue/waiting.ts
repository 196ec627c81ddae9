/** Why a generation does not go on yet, and when it is tried again. */
import { duration } from '../format/time';
import type { GenerationState, GenerationView, Problem } from '../platform';
import { problemWords, sentence, type Words } from '../state/problems';
import { KEY_REFUSED, OTHER_ACCOUNT, isFinal, needsPerson, troubleOf } from '../state/queue.svelte';
import { isKey, t } from '../strings/text';

/** States in which a generation takes one of its provider's places. */
const HOLDS_PLACE: ReadonlySet<GenerationState> = new Set(['preparing', 'submitting', 'running']);
/** Why one that runs takes none: it is of another account than buys now, or of a key that nothing is bought with. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set([OTHER_ACCOUNT, KEY_REFUSED]);
/** Where the words for problems in a state stand. */
const AFTER_PURCHASE: Partial<Record<GenerationState, string>> = {
  running: 'queue.asks',
  downloading: 'queue.fetches',
  unknown: 'queue.looks',
};

export interface WaitingWords {
  /** A sentence: what is in the way. */
  reason: string;
  /** Sentences: what to do, or that and when it goes on by itself. */
  then: string;
}

/** `all` are the generations of the queue, `now` is in milliseconds since 1970. Nothing when nothing is in the way. */
export function waitingWords(
  generation: GenerationView,
  all: readonly GenerationView[],
  now: number,
): WaitingWords | null {
  const { state, provider_name: provider } = generation;
  const problem = troubleOf(generation);
  if (problem) {
    const { title, remedy } = wordsIn(state, problem, provider);
    const key = `queue.waits.${problem.code}`;
    const byItself = (state === 'queued' || state === 'unknown') && !needsPerson(generation);
    const reason = byItself && isKey(key) ? t(key, { provider }) : sentence(title);
    // When a lost one is looked for again is told with what is known of it.
    const next = isFinal(generation) || state === 'unknown' ? '' : nextWords(generation, now);
    // What goes on by itself asks nothing of the person.
    if (byItself && isKey(key)) return { reason, then: next || t('queue.goes-on') };
    return { reason, then: [remedy, next].filter(Boolean).join(' ') };
  }
  if (state !== 'queued' || !all.some((other) => isAhead(other, generation))) return null;
  const reason = generation.rehearsal
    ? t('queue.waits-for-rehearsal')
    : t('queue.waits-for-place', { provider });
  return { reason, then: t('queue.goes-on') };
}

/** The same problem is another one once the clip is paid, or may be: what helps before a purchase may be wrong after it. */
export function wordsIn(state: GenerationState, problem: Problem, provider: string): Words {
  const key = `${AFTER_PURCHASE[state] ?? ''}.${problem.code}`;
  const remedy = `${key}.remedy`;
  return isKey(key) && isKey(remedy)
    ? { title: t(key, { provider }), remedy: t(remedy, { provider }) }
    : problemWords(problem);
}

/** It takes a place that the other one waits for. A lost request gives its place back when it waits for the person. */
function isAhead(other: GenerationView, waiting: GenerationView): boolean {
  if (other.id === waiting.id || other.provider !== waiting.provider) return false;
  if (other.state === 'running' && FROM_ELSEWHERE.has(other.problem?.code ?? '')) return false;
  return HOLDS_PLACE.has(other.state) || (other.state === 'unknown' && !needsPerson(other));
}

function nextWords({ next_try_at: next }: GenerationView, now: number): string {
  if (next === null) return '';
  const seconds = Math.ceil((next - now) / 1_000);
  return seconds > 0 ? t('queue.tries-in', { wait: duration(seconds) }) : t('queue.tries-now');
}
