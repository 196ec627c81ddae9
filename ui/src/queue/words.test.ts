import { expect, test } from 'vitest';
import type { Evidence, GenerationView, Problem } from '../platform';
import { needsKey, needsPerson, troubleOf } from '../state/queue.svelte';
import { elapsedWords, evidenceWords, keepWords, progressOf, stateWords } from './words';

const NOW = new Date(2026, 10, 21, 14, 10).getTime();
const SENT = new Date(2026, 10, 21, 14, 2).getTime();

function generation(part: Partial<GenerationView>): GenerationView {
  return {
    id: 'g',
    board_id: 'b',
    board_name: 'Night ferry',
    picture: null,
    provider: 'fal',
    provider_name: 'fal',
    model_name: 'Kling 3.0 Pro',
    rehearsal: false,
    seconds: 5,
    state: 'running',
    progress: null,
    price: 840_000,
    remote_id: null,
    created_at: NOW,
    revision: 1,
    state_since: NOW,
    typical_seconds: null,
    problem: null,
    billed: 'yes',
    actions: [],
    evidence: null,
    next_try_at: null,
    ratio: '16:9',
    words: '',
    take_id: null,
    clip_ends_at: null,
    ...part,
  };
}

test('progress is what the provider says, else an estimate that never claims the end', () => {
  expect(progressOf(generation({ progress: 40, typical_seconds: 10 }), NOW)).toBe(40);
  expect(progressOf(generation({}), NOW)).toBeNull();
  const running = generation({ typical_seconds: 100, state_since: NOW - 25_000 });
  expect(progressOf(running, NOW)).toBe(25);
  expect(progressOf(running, NOW + 3_600_000)).toBe(95);
  expect(progressOf(running, NOW - 60_000)).toBe(0);
});

test('elapsed time is told against the usual', () => {
  const running = generation({ typical_seconds: 98, state_since: NOW - 48_900 });
  expect(elapsedWords(running, NOW)).toBe('48 s of about 1 min 38 s');
  expect(elapsedWords(running, NOW + 60_000)).toBe('1 min 48 s, usually 1 min 38 s');
  expect(elapsedWords(generation({ state: 'queued', state_since: NOW - 5_000 }), NOW)).toBe('5 s');
  const ended = (seconds: number): string =>
    elapsedWords(generation({ state: 'done', state_since: NOW - seconds * 1_000 }), NOW);
  expect(ended(59)).toBe('59 s ago');
  expect(ended(61 * 60)).toBe('1 h ago');
  expect(ended(50 * 3_600)).toBe('2 days ago');
});

test('a rehearsal is rendered, not run at a provider', () => {
  expect(stateWords(generation({ rehearsal: true }))).toBe('Rendering');
  expect(stateWords(generation({}))).toBe('Running');
});

test('until when a clip can be had is said while it is being fetched', () => {
  expect(keepWords(generation({}), NOW)).toBeNull();
  const fetching = generation({ state: 'downloading', clip_ends_at: NOW + 23.5 * 3_600_000 });
  expect(keepWords(fetching, NOW)).toBe('fal keeps the clip for another 23 h.');
  expect(keepWords(fetching, NOW + 86_400_000)).toBe(
    'fal may no longer have the clip; it is asked for all the same.',
  );
});

function evidence(part: Partial<Evidence>): Evidence {
  return {
    sent_at: SENT,
    looked_up_at: null,
    next_look_up_at: null,
    candidates: [],
    verdict: 'looking',
    doubt: null,
    restored: false,
    needs_person: part.verdict !== undefined && part.verdict !== 'looking',
    ...part,
  };
}

function problem(code: string): Problem {
  return { code, message: '', hint: '', retryable: false };
}

function lost(part: Partial<Evidence>): string {
  return evidenceWords(generation({ state: 'unknown' }), evidence(part), NOW);
}

test('a lost request is told with its evidence', () => {
  expect(lost({ next_look_up_at: NOW })).toBe('Sent 14:02:00, no answer. fal is asked for it at 14:10:00.');
  expect(lost({ looked_up_at: SENT, next_look_up_at: NOW })).toBe(
    'Sent 14:02:00, no answer. fal was last asked at 14:02:00. Nothing found so far. ' +
      'It is asked again at 14:10:00; if nothing turns up, you decide.',
  );
  const candidate = { remote_id: 'x', created_at: null, state: 'processing', differs: false };
  expect(lost({ verdict: 'several', candidates: [candidate] })).toContain('One task at fal could be it');
  expect(lost({ verdict: 'several', candidates: [candidate, candidate] })).toContain('2 tasks at fal');
  const other = { ...candidate, differs: true };
  expect(lost({ verdict: 'several', candidates: [candidate, other] })).toContain(
    '2 tasks at fal could be it',
  );
  const strange = lost({ verdict: 'several', candidates: [other] });
  expect(strange).toContain('fal shows 1 new task, but not with the request that was sent');
  expect(strange).not.toContain('could be it');
  expect(lost({ verdict: 'absent' })).toContain('Nothing found. Send it again for $0.84');
  expect(lost({ verdict: 'cannot-look' })).toContain('fal cannot be searched');
  const asked = { verdict: 'not-shown', looked_up_at: NOW } as const;
  expect(lost({ ...asked, doubt: 'lists-late' })).toBe(
    'Sent 14:02:00, no answer. fal was last asked at 14:10:00. Nothing found, but fal may show a task only when it has ended. ' +
      "Look at fal's own page: if the task is there, adopt it by its id. Otherwise send it again for $0.84, or leave it.",
  );
  expect(lost({ ...asked, doubt: 'another-lost' })).toContain('another request of this kind is lost too');
  const elsewhere = lost({ ...asked, doubt: 'another-account' });
  expect(elsewhere).toContain('sent with others. Put those back in Settings first.');
  expect(elsewhere).not.toMatch(/send it again/i);
  expect(lost({ ...asked, doubt: 'clock' })).toContain('clock of this computer');
  for (const doubt of ['lists-late', 'another-lost', 'another-account', 'clock', 'restored'] as const) {
    const told = lost({ ...asked, doubt, restored: doubt === 'restored' });
    expect(told).toContain('fal was last asked at 14:10:00. Nothing found');
    expect(told).not.toContain('cannot be searched');
  }
  const both = lost({ verdict: 'several', candidates: [candidate], doubt: 'another-lost' });
  expect(both).toContain('Another request of this kind is lost too');
  const foreign = lost({ verdict: 'several', candidates: [candidate], doubt: 'another-account' });
  expect(foreign).toContain('another key or address, so look whose task it is');
  const restored = lost({ verdict: 'cannot-look', restored: true });
  expect(restored).toContain('may have been sent');
  expect(restored).not.toContain('cannot be searched');
  expect(restored).toContain('$0.84');
});

test('the person is needed for lost requests, keys and credit, and for nothing that ended', () => {
  const noCredit = problem('provider-no-credit');
  expect(needsPerson(generation({ state: 'unknown' }))).toBe(true);
  expect(needsPerson(generation({ state: 'queued', problem: noCredit }))).toBe(true);
  const lookedFor = { state: 'unknown', evidence: evidence({ verdict: 'looking' }) } as const;
  expect(needsPerson(generation(lookedFor))).toBe(false);
  expect(stateWords(generation(lookedFor))).toBe('Being looked for');
  // The core tells when looking does not go on by itself.
  const stuck = generation({ state: 'unknown', evidence: evidence({ needs_person: true }) });
  expect([needsPerson(stuck), stateWords(stuck)]).toEqual([true, 'Needs you']);
  for (const verdict of ['several', 'absent', 'not-shown', 'cannot-look'] as const) {
    const asked = generation({ state: 'unknown', evidence: evidence({ verdict }) });
    expect([needsPerson(asked), stateWords(asked)]).toEqual([true, 'Needs you']);
  }
  expect(needsPerson(generation({ state: 'failed', problem: noCredit }))).toBe(false);
  expect(needsPerson(generation({ problem: problem('provider-rate-limited') }))).toBe(false);
});

test('while a key is missing or refused no look is promised, and Settings are offered', () => {
  const at = evidence({ next_look_up_at: NOW, needs_person: true });
  for (const code of ['key-missing', 'keychain-unavailable', 'provider-key-refused']) {
    const keyless = generation({ state: 'unknown', evidence: at, problem: problem(code) });
    expect(evidenceWords(keyless, at, NOW)).toBe('Sent 14:02:00, no answer.');
    expect([needsKey(keyless), troubleOf(keyless)?.code]).toEqual([true, code]);
  }
  const elsewhere = generation({ state: 'running', problem: problem('other-account') });
  expect([needsKey(elsewhere), needsPerson(elsewhere)]).toEqual([true, true]);
  const refused = generation({ state: 'unknown', evidence: at, problem: problem('provider-refused') });
  expect(evidenceWords(refused, at, NOW)).toContain('is asked for it at 14:10:00');
  expect([needsKey(refused), troubleOf(refused)?.code]).toEqual([false, 'provider-refused']);
  for (const code of ['answer-lost', 'library-restored']) {
    expect(troubleOf(generation({ state: 'unknown', evidence: at, problem: problem(code) }))).toBeNull();
  }
});
