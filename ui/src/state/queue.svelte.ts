/** Generations that are on their way, that need the person, and those that ended lately. */
import type { Change, GenerationState, GenerationView, Problem } from '../platform';
import { session } from './session.svelte';

const FINAL: ReadonlySet<GenerationState> = new Set(['done', 'failed', 'cancelled', 'expired']);
const WAITING: ReadonlySet<GenerationState> = new Set(['queued']);

/** Nothing more will happen by itself and nothing is asked of the person. */
export function isFinal(generation: GenerationView): boolean {
  return FINAL.has(generation.state);
}

/** The code of a clip that was bought with another key or address than are in use now. */
export const OTHER_ACCOUNT = 'other-account';
/** The code of what is asked for with a key that is refused. */
export const KEY_REFUSED = 'provider-key-refused';
/** Nothing useful is asked of a provider before its key, or its address, is put right. */
const ABOUT_KEYS: ReadonlySet<string> = new Set([
  'key-missing',
  'keychain-unavailable',
  KEY_REFUSED,
  OTHER_ACCOUNT,
]);
/** What only a person can put right: a key, credit on an account, the cap. */
const FOR_A_PERSON: ReadonlySet<string> = new Set([...ABOUT_KEYS, 'provider-no-credit', 'over-cap']);
/** Why a request is looked for. Its evidence says that already. */
const WHY_LOST: ReadonlySet<string> = new Set(['answer-lost', 'library-restored']);

/** It does not go on before the person has answered or done something. */
export function needsPerson(generation: GenerationView): boolean {
  if (generation.state === 'unknown') return generation.evidence?.needs_person ?? true;
  return !isFinal(generation) && FOR_A_PERSON.has(generation.problem?.code ?? '');
}

/** What is in its way, or what it ended of. */
export function troubleOf({ state, problem }: GenerationView): Problem | null {
  return state === 'unknown' && WHY_LOST.has(problem?.code ?? '') ? null : problem;
}

/** It waits for a key: missing, refused, not to be had from the keychain, or of another account. */
export function needsKey(generation: GenerationView): boolean {
  return !isFinal(generation) && ABOUT_KEYS.has(generation.problem?.code ?? '');
}

class Queue {
  /** Newest first. */
  list = $state.raw<GenerationView[]>([]);

  readonly needsYou = $derived(this.list.filter(needsPerson));
  readonly waiting = $derived(this.list.filter((one) => WAITING.has(one.state) && !needsPerson(one)));
  readonly running = $derived(
    this.list.filter((one) => !isFinal(one) && !WAITING.has(one.state) && !needsPerson(one)),
  );
  readonly ended = $derived(this.list.filter(isFinal));

  constructor() {
    session.onStart((start) => {
      this.list = newestFirst(start.generations);
    });
    session.onChange((change) => this.#hear(change));
  }

  #hear(change: Change): void {
    if (change.kind === 'generation') this.put(change.generation);
    if (change.kind === 'generation-gone') this.drop(change.id);
  }

  /** Takes a generation off the list. */
  drop(id: string): void {
    this.list = this.list.filter((one) => one.id !== id);
  }

  /** Takes in a generation, from a change or from the answer of a command. */
  put(generation: GenerationView): void {
    const known = this.list.find((one) => one.id === generation.id);
    // An answer can arrive after the event that already overtook it.
    if (known && known.revision > generation.revision) return;
    const others = this.list.filter((one) => one.id !== generation.id);
    this.list = newestFirst([generation, ...others]);
  }

  /** The rehearsal of a board that is being rendered now. */
  rehearsing(boardId: string): GenerationView | undefined {
    return this.list.find((one) => one.rehearsal && one.board_id === boardId && !isFinal(one));
  }
}

function newestFirst(list: GenerationView[]): GenerationView[] {
  return list.toSorted((a, b) => b.created_at - a.created_at);
}

export const queue = new Queue();
