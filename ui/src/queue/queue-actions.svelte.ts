/** What the person does to generations. Each runs once at a time; money is only spent after a question. */
import { money } from '../format/money';
import { problemOf, type GenerationAction, type GenerationView, type Problem } from '../platform';
import { confirm } from '../state/confirm.svelte';
import { report } from '../state/problems';
import { queue } from '../state/queue.svelte';
import { session } from '../state/session.svelte';
import { t } from '../strings/text';
import { wordsIn } from './waiting';

class QueueActions {
  /** Generations with something on its way. */
  busy = $state.raw<ReadonlySet<string>>(new Set());

  /** Carries out an action, after asking where it has consequences. */
  async run(generation: GenerationView, action: Exclude<GenerationAction, 'adopt'>): Promise<void> {
    if (this.busy.has(generation.id)) return;
    // Made here, once for each press: asked and answered later, it is still the same press.
    const confirmation = crypto.randomUUID();
    if (action === 'cancel' && !(await mayCancel(generation))) return;
    if (action === 'stop-watching' && !(await mayStop(generation))) return;
    if (action === 'give-up' && !(await mayGiveUp(generation))) return;
    if (action === 'send-again' && !(await maySpend(generation))) return;
    await this.#alone(generation, () => carryOut(generation, action, confirmation));
  }

  /** Names the task that a lost request became. Answers why it was refused, if it was. */
  async adopt(generation: GenerationView, remoteId: string): Promise<Problem | null> {
    const remote_id = remoteId.trim();
    if (remote_id === '' || this.busy.has(generation.id)) return null;
    let refused: Problem | null = null;
    await this.#alone(generation, async () => {
      try {
        queue.put(await session.call('adopt_generation', { id: generation.id, remote_id }));
      } catch (thrown) {
        refused = problemOf(thrown);
      }
    });
    return refused;
  }

  /** Takes everything that ended off the list. */
  async clearEnded(): Promise<void> {
    for (const generation of queue.ended) {
      if (generation.actions.includes('dismiss')) await this.run(generation, 'dismiss');
    }
  }

  async #alone({ id, state, provider_name }: GenerationView, work: () => Promise<void>): Promise<void> {
    if (this.busy.has(id)) return;
    this.busy = new Set([...this.busy, id]);
    try {
      await work();
    } catch (thrown) {
      report(thrown, (problem) => wordsIn(state, problem, provider_name));
    } finally {
      this.busy = new Set([...this.busy].filter((one) => one !== id));
    }
  }
}

async function carryOut(
  generation: GenerationView,
  action: Exclude<GenerationAction, 'adopt'>,
  confirmation: string,
): Promise<void> {
  const { id } = generation;
  switch (action) {
    case 'withdraw':
    case 'cancel':
    case 'stop-watching':
    case 'give-up':
      return queue.put(await session.call('end_generation', { id, ending: action }));
    case 'go-on':
      await session.call('go_on', { provider: generation.provider });
      return;
    case 'look-up':
      return queue.put(await session.call('look_up_generation', { id }));
    case 'send-again':
      return queue.put(await session.call('send_again', { id, confirmation, shown: generation.price }));
    case 'fetch-again':
      return queue.put(await session.call('fetch_again', { id }));
    case 'dismiss':
      await session.call('dismiss_generation', { id });
      return queue.drop(id);
  }
}

/** A rehearsal costs nothing; what a provider works on has cost something already. */
async function mayCancel(generation: GenerationView): Promise<boolean> {
  if (generation.rehearsal) return true;
  const { provider, provider_name: name } = generation;
  const refunds = session.providerOf(provider)?.refunds_failed === true;
  return confirm.ask({
    title: t('queue.cancel-title', { board: generation.board_name }),
    body: t(refunds ? 'queue.cancel-body-refunds' : 'queue.cancel-body', {
      provider: name,
      price: money(generation.price),
    }),
    confirm: t('queue.cancel-confirm', { provider: name }),
    decline: t('queue.cancel-decline'),
    tone: 'danger',
  });
}

function mayStop(generation: GenerationView): Promise<boolean> {
  return confirm.ask({
    title: t('queue.stop-title', { board: generation.board_name }),
    body: t('queue.stop-body', { provider: generation.provider_name, price: money(generation.price) }),
    confirm: t('queue.stop-confirm'),
    decline: t('queue.stop-decline'),
    tone: 'plain',
  });
}

function mayGiveUp(generation: GenerationView): Promise<boolean> {
  return confirm.ask({
    title: t('queue.give-up-title', { board: generation.board_name }),
    body: t('queue.give-up-body', { provider: generation.provider_name, price: money(generation.price) }),
    confirm: t('queue.give-up-confirm'),
    decline: t('queue.give-up-decline'),
    tone: 'plain',
  });
}

function maySpend(generation: GenerationView): Promise<boolean> {
  const price = money(generation.price);
  return confirm.ask({
    title: t('queue.again-title', { price }),
    body: t('queue.again-body', {
      board: generation.board_name,
      provider: generation.provider_name,
      price,
    }),
    confirm: t('queue.again-confirm', { price }),
    tone: 'money',
  });
}

export const queueActions = new QueueActions();
