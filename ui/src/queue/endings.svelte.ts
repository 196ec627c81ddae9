/** Tells that a clip has come, or that it will not, to a person who looks elsewhere by then. */
import type { Change, GenerationState, GenerationView } from '../platform';
import { showView } from '../shell/actions';
import { draft } from '../state/draft.svelte';
import { problemWords, sentence } from '../state/problems';
import { isFinal } from '../state/queue.svelte';
import { session } from '../state/session.svelte';
import { toasts } from '../state/toasts.svelte';
import { t } from '../strings/text';

class Endings {
  /** Those that ended since the queue was last looked at, by id, and whether their clip came. */
  #unseen = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  #states = new Map<string, GenerationState>();

  readonly ready = $derived([...this.#unseen.values()].filter(Boolean).length);
  readonly failed = $derived(this.#unseen.size - this.ready);

  constructor() {
    session.onStart((start) => {
      this.#states = new Map(start.generations.map(({ id, state }) => [id, state]));
    });
    session.onChange((change) => this.#hear(change));
  }

  /** The person looks at the queue. */
  see(): void {
    this.#unseen = new Map();
  }

  #hear(change: Change): void {
    if (change.kind === 'generation-gone') this.#forget(change.id);
    if (change.kind !== 'generation') return;
    const { generation } = change;
    const before = this.#states.get(generation.id);
    this.#states.set(generation.id, generation.state);
    // What ended before this window knew of it is no news, and what the person ended needs none.
    if (before === undefined || before === generation.state || !isFinal(generation)) return;
    if (generation.state !== 'cancelled' && !isOnStage(generation)) this.#tell(generation);
  }

  #tell(generation: GenerationView): void {
    const { id, board_name: board, take_id: take } = generation;
    const came = generation.state === 'done';
    if (!session.queueOpen) this.#unseen = new Map(this.#unseen).set(id, came);
    if (came && take !== null) {
      const open = { label: t('queue.show'), run: () => void this.#show(id, take) };
      toasts.show({ tone: 'good', text: t('queue.ended.ready', { board }), open });
      return;
    }
    const words = generation.problem && problemWords(generation.problem);
    toasts.show({
      tone: 'bad',
      text: t('queue.ended.failed', { board }),
      detail: words ? `${sentence(words.title)} ${words.remedy}` : '',
      open: { label: t('queue.ended.look'), run: () => (session.queueOpen = true) },
    });
  }

  async #show(id: string, take: string): Promise<void> {
    this.#forget(id);
    session.queueOpen = false;
    showView('gallery');
    // The gallery begins to read when it is first looked at, and not with the window.
    const { takes } = await import('../gallery/takes.svelte');
    await takes.show(take);
  }

  #forget(id: string): void {
    this.#states.delete(id);
    this.#unseen = new Map([...this.#unseen].filter(([one]) => one !== id));
  }
}

/** The rehearsal of the board before the eyes comes onto the stage by itself, or says there why not. */
function isOnStage({ rehearsal, board_id: board }: GenerationView): boolean {
  return rehearsal && board === draft.board.id && session.view === 'compose';
}

export const endings = new Endings();
