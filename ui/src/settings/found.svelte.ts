/** Clips at one provider that were paid for and that no generation here owns. */
import { problemOf, type FoundPaid, type FoundTask, type Problem } from '../platform';
import { queue } from '../state/queue.svelte';
import { session } from '../state/session.svelte';
import { dayOf, timeOfDay } from '../format/time';
import type { Message } from '../strings/text';

/** Where the fetching of one clip stands. */
export type Fetching = 'asked' | 'taken' | Problem;

/** Whether a task can be fetched: a failed one has no clip, and a lost request's answer is decided in the queue. */
export function isFetchable(task: FoundTask): boolean {
  return task.standing !== 'failed' && task.may_be === null;
}

/** What an answer may claim: nothing is missing only where everything was read. */
export function claims(found: FoundPaid, provider: string): { main: Message; gap: Message | null } {
  const count = found.days;
  let main: Message = { key: 'found.none-so-far' };
  if (found.tasks.length > 0) main = { key: 'found.how', values: { count } };
  else if (found.whole) main = { key: 'found.empty', values: { provider, count } };
  let gap: Message | null = null;
  if (found.back_to !== null) {
    const values = { provider, day: dayOf(found.back_to), time: timeOfDay(found.back_to) };
    gap = { key: 'found.back-to', values };
  } else if (!found.whole && found.problems.length === 0) {
    gap = { key: 'found.in-part', values: { provider } };
  }
  return { main, gap };
}

export class FoundClips {
  /** What was found; nothing while the provider is asked. */
  found = $state.raw<FoundPaid | null>(null);
  /** Why nothing could be looked through. */
  problem = $state.raw<Problem | null>(null);
  /** By the provider's name for the task. */
  fetching = $state.raw<Readonly<Record<string, Fetching>>>({});

  readonly left = $derived(
    (this.found?.tasks ?? []).filter((task) => isFetchable(task) && !this.isTaken(task)),
  );
  readonly busy = $derived(Object.values(this.fetching).includes('asked'));

  constructor(readonly provider: string) {}

  isTaken(task: FoundTask): boolean {
    const state = this.fetching[task.remote_id];
    return state === 'asked' || state === 'taken';
  }

  async look(): Promise<void> {
    this.problem = null;
    this.found = null;
    try {
      this.found = await session.call('find_paid', { provider: this.provider });
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
  }

  async fetch(task: FoundTask): Promise<void> {
    if (this.isTaken(task)) return;
    const { provider, account, remote_id } = task;
    this.#set(remote_id, 'asked');
    try {
      queue.put(await session.call('keep_found', { provider, account, remote_id }));
      this.#set(remote_id, 'taken');
    } catch (thrown) {
      this.#set(remote_id, problemOf(thrown));
    }
  }

  /** One after the other, so that the first error is not many. */
  async fetchAll(): Promise<void> {
    if (this.busy) return;
    for (const task of this.left) await this.fetch(task);
  }

  #set(id: string, state: Fetching): void {
    this.fetching = { ...this.fetching, [id]: state };
  }
}
