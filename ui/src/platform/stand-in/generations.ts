/** The stand-in's generations: one in every state the queue shows. */
import type { Board, Evidence, GenerationView, Problem } from '../contract';

const NOW = Date.now();
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export function generation(id: string, of: Board, part: Partial<GenerationView>): GenerationView {
  return {
    id,
    board_id: of.id,
    board_name: of.name,
    picture: of.first_frame?.id ?? of.shots[0]?.panel?.id ?? null,
    provider: 'wavespeed',
    provider_name: 'WaveSpeed',
    model_name: 'Kling 3.0 Pro',
    rehearsal: false,
    seconds: of.shots.reduce((sum, one) => sum + one.seconds, 0),
    state: 'running',
    progress: null,
    price: 2_016_000,
    remote_id: `task-${id}`,
    created_at: NOW - 2 * MINUTE,
    revision: 1,
    state_since: NOW - MINUTE,
    typical_seconds: 98,
    problem: null,
    billed: 'yes',
    actions: ['stop-watching'],
    evidence: null,
    take_id: null,
    clip_ends_at: null,
    next_try_at: null,
    ratio: of.ratio,
    words: of.prompt,
    ...part,
  };
}

function evidence(part: Partial<Evidence>): Evidence {
  return {
    sent_at: NOW - 12 * MINUTE,
    looked_up_at: NOW - MINUTE,
    next_look_up_at: NOW + 2 * MINUTE,
    candidates: [],
    verdict: 'looking',
    doubt: null,
    restored: false,
    needs_person: part.verdict !== 'looking',
    ...part,
  };
}

function problem(code: string, message: string, hint = ''): Problem {
  return { code, message, hint, retryable: false };
}

function lost(id: string, of: Board, found: Partial<Evidence>, price: number): GenerationView {
  return generation(id, of, {
    state: 'unknown',
    billed: 'unknown',
    price,
    remote_id: null,
    created_at: NOW - 12 * MINUTE,
    actions: ['look-up', 'adopt', 'send-again'],
    evidence: evidence(found),
    problem: problem('answer-lost', 'the answer was lost'),
  });
}

const ended = (minutes: number): Partial<GenerationView> => ({
  created_at: NOW - (minutes + 2) * MINUTE,
  revision: 1,
  state_since: NOW - minutes * MINUTE,
  actions: ['fetch-again', 'dismiss'],
});

export function generations(all: readonly Board[]): GenerationView[] {
  const [harbour, door, ferry, lighthouse, empty] = all;
  if (!harbour || !door || !ferry || !lighthouse || !empty) return [];
  return [
    generation('g1', harbour, { progress: 40 }),
    generation('g2', door, {
      price: 840_000,
      provider: 'fal',
      provider_name: 'fal',
      actions: ['cancel', 'stop-watching'],
    }),
    generation('g3', ferry, {
      state: 'queued',
      billed: 'no',
      actions: ['withdraw'],
      remote_id: null,
      typical_seconds: null,
    }),
    generation('g15', empty, {
      state: 'queued',
      billed: 'no',
      actions: ['withdraw'],
      remote_id: null,
      typical_seconds: null,
      problem: problem('provider-rate-limited', 'too many requests'),
    }),
    generation('g16', lighthouse, {
      provider: 'evolink',
      provider_name: 'EvoLink',
      state: 'queued',
      billed: 'no',
      actions: ['go-on', 'withdraw'],
      remote_id: null,
      typical_seconds: null,
      problem: problem('provider-no-credit', 'no money'),
    }),
    lost('g4', door, { verdict: 'absent', next_look_up_at: null }, 840_000),
    lost('g5', ferry, { verdict: 'looking' }, 2_520_000),
    {
      ...lost('g17', empty, { verdict: 'looking', looked_up_at: null, needs_person: true }, 840_000),
      actions: ['look-up', 'adopt', 'give-up'],
      problem: problem('key-missing', 'there is no key'),
    },
    lost(
      'g6',
      lighthouse,
      {
        verdict: 'several',
        candidates: [
          { remote_id: '7741-a', created_at: NOW - 12 * MINUTE, state: 'processing', differs: false },
          { remote_id: '7741-c', created_at: NOW - 11 * MINUTE, state: 'succeed', differs: true },
        ],
      },
      1_344_000,
    ),
    lost('g7', harbour, { verdict: 'cannot-look', looked_up_at: null, next_look_up_at: null }, 2_016_000),
    generation('g8', lighthouse, {
      provider: 'evolink',
      provider_name: 'EvoLink',
      model_name: 'Kling 3.0 Pro',
      state: 'queued',
      billed: 'no',
      remote_id: null,
      typical_seconds: null,
      actions: ['withdraw'],
      problem: problem('key-missing', 'there is no key'),
    }),
    generation('g9', ferry, { state: 'downloading', progress: 70, typical_seconds: null }),
    generation('g10', ferry, {
      state: 'running',
      typical_seconds: null,
      problem: problem('provider-rate-limited', 'too many requests'),
    }),
    generation('g11', harbour, {
      ...ended(20),
      state: 'done',
      take_id: 'harbour-0',
      actions: ['dismiss'],
    }),
    generation('g12', door, {
      ...ended(55),
      state: 'failed',
      billed: 'no',
      price: 840_000,
      problem: problem('generation-withheld', 'the safety check objected to the prompt'),
    }),
    generation('g13', lighthouse, { ...ended(90), state: 'cancelled' }),
    generation('g14', ferry, {
      ...ended(3_000),
      state: 'expired',
      problem: problem('generation-expired', 'the provider no longer has the clip'),
    }),
  ];
}
