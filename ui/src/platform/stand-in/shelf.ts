/** The stand-in's answers about takes. */
import { ProblemError } from '../bridge';
import type { Board, Change, TakeSummary } from '../contract';
import type { Answering } from './answering';
import { detailOf, pageOf } from './takes';

export class Shelf {
  takes: TakeSummary[];
  #boardOf: (take: TakeSummary) => Board;
  #add: (board: Board) => Board;
  #send: (changes: Change[]) => void;

  constructor(
    takes: TakeSummary[],
    boardOf: (take: TakeSummary) => Board,
    add: (board: Board) => Board,
    send: (changes: Change[]) => void,
  ) {
    this.takes = takes;
    this.#boardOf = boardOf;
    this.#add = add;
    this.#send = send;
  }

  find(id: string): TakeSummary {
    const found = this.takes.find((one) => one.id === id);
    if (!found)
      throw new ProblemError({
        code: 'library-missing',
        message: 'no such take',
        hint: '',
        retryable: false,
      });
    return found;
  }

  #change(id: string, part: Partial<TakeSummary>): TakeSummary {
    const changed = { ...this.find(id), ...part };
    this.takes = this.takes.map((one) => (one.id === id ? changed : one));
    this.#send([{ kind: 'take', take: changed }]);
    return changed;
  }

  readonly commands: Answering<
    | 'list_takes'
    | 'open_take'
    | 'review_take'
    | 'trash_take'
    | 'restore_take'
    | 'reuse_take'
    | 'reveal_take'
    | 'export_take'
  > = {
    list_takes: (query) => pageOf(this.takes, query),
    open_take: ({ id }) => detailOf(this.find(id), this.#boardOf(this.find(id))),
    review_take: ({ id, rating, verdict }) => this.#change(id, { rating, verdict }),
    trash_take: ({ id }) => this.#change(id, { trashed: true }),
    restore_take: ({ id }) => this.#change(id, { trashed: false }),
    reuse_take: ({ id }) => {
      const board = this.#boardOf(this.find(id));
      return this.#add({ ...board, id: crypto.randomUUID(), name: `${board.name} again` });
    },
    reveal_take: () => ({}),
    export_take: () => true,
  };
}
