/** What providers themselves ask for the open board now, where a person asked them. Forgotten with the next edit. */
import { problemOf, type Board, type LivePrice, type Problem } from '../platform';
import { draft } from './draft.svelte';
import { hasKey, session } from './session.svelte';

export type Asked =
  { kind: 'asking' } | { kind: 'answered'; price: LivePrice } | { kind: 'failed'; problem: Problem };

/** A model of a provider. */
export interface Asks {
  provider: string;
  model: string;
}

class LivePrices {
  #of = $state.raw<Board | null>(null);
  #asked = $state.raw<ReadonlyMap<string, Asked>>(new Map());

  /** Whether a provider can be asked: it tells prices, and there is a key. */
  canAsk(provider: string): boolean {
    return session.providerOf(provider)?.quotes === true && hasKey(session.keyOf(provider));
  }

  /** What is known for the board as it stands. */
  of(model: Asks): Asked | undefined {
    return this.#of === draft.board ? this.#asked.get(nameOf(model)) : undefined;
  }

  async ask({ provider, model }: Asks): Promise<void> {
    const { board } = draft;
    if (this.of({ provider, model })?.kind === 'asking') return;
    const keep = (asked: Asked): void => {
      if (this.#of !== board) return;
      this.#asked = new Map(this.#asked).set(nameOf({ provider, model }), asked);
    };
    if (this.#of !== board) {
      this.#of = board;
      this.#asked = new Map();
    }
    keep({ kind: 'asking' });
    try {
      keep({
        kind: 'answered',
        price: await session.call('ask_price', { board: { ...board, provider, model } }),
      });
    } catch (thrown) {
      keep({ kind: 'failed', problem: problemOf(thrown) });
    }
  }
}

function nameOf({ provider, model }: Asks): string {
  return `${provider}/${model}`;
}

export const livePrices = new LivePrices();
