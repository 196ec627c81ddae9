/** Whether the comparison of all providers is open, and what is chosen in it. */
import { ProblemError, problemOf, type Offer, type Problem } from '../platform';
import { draft } from '../state/draft.svelte';
import { session } from '../state/session.svelte';

class Comparison {
  open = $state(false);
  /** The offer that is being fitted, as `provider/model`. */
  fitting = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);

  /** Changes the board as the core says and asks that model: one step of undo. */
  async changeAndChoose(offer: Offer): Promise<void> {
    if (this.fitting !== null) return;
    const { board } = draft;
    const { provider, model } = offer;
    this.fitting = `${provider}/${model}`;
    this.problem = null;
    try {
      const fitted = await session.call('fit_board', { board, provider, model });
      // Whoever wrote on meanwhile keeps what was written.
      if (draft.board !== board) throw changedMeanwhile();
      const name = `${offer.provider_name} ${offer.model_name}`;
      if (draft.edit({ kind: 'change-to-fit', board: fitted, name })) this.open = false;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.fitting = null;
    }
  }
}

function changedMeanwhile(): ProblemError {
  return new ProblemError({
    code: 'board-changed-meanwhile',
    message: 'the board was changed meanwhile',
    hint: '',
    retryable: true,
  });
}

export const comparison = new Comparison();
