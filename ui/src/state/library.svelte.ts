/** Opening the library otherwise: once more, repaired, elsewhere, anew. The page starts again with what was opened. */
import { problemOf, type Problem } from '../platform';
import { draft } from './draft.svelte';
import { session } from './session.svelte';

type Way = 'reopen_library' | 'repair_library' | 'find_library' | 'begin_library';

class LibraryOpening {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Opens it another way. Nothing happens when the person chose no folder; what is refused is told here. */
  async open(way: Way): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      const chosen = await session.call(way, {});
      if (chosen === false) return;
      // What could not be saved into the damaged one is saved before the page is read anew.
      if (way === 'repair_library' && draft.board.id !== '' && !(await draft.flush())) {
        if (draft.saved.kind === 'failed') this.problem = draft.saved.problem;
        return;
      }
      location.reload();
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}

export const opening = new LibraryOpening();
