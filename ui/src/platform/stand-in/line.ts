/** The stand-in's answers about generations. Nothing goes on by itself here but rehearsals. */
import { ProblemError } from '../bridge';
import type { Change, GenerationView } from '../contract';
import type { Answering } from './answering';

export class Line {
  #send: (changes: Change[]) => void;

  constructor(
    public generations: GenerationView[],
    send: (changes: Change[]) => void,
  ) {
    this.#send = send;
  }

  find(id: string): GenerationView {
    const found = this.generations.find((one) => one.id === id);
    if (!found) throw refusal('not-found', 'no such generation');
    return found;
  }

  put(view: GenerationView): GenerationView {
    this.generations = [view, ...this.generations.filter((one) => one.id !== view.id)];
    this.#send([{ kind: 'generation', generation: view }]);
    return view;
  }

  #move(id: string, part: Partial<GenerationView>): GenerationView {
    return this.put({
      ...this.find(id),
      revision: this.find(id).revision + 1,
      state_since: Date.now(),
      problem: null,
      ...part,
    });
  }

  #goOn(id: string, remote: string): GenerationView {
    return this.#move(id, {
      state: 'running',
      billed: 'yes',
      remote_id: remote,
      evidence: null,
      actions: ['stop-watching'],
    });
  }

  readonly commands: Answering<
    | 'end_generation'
    | 'go_on'
    | 'look_up_generation'
    | 'adopt_generation'
    | 'send_again'
    | 'fetch_again'
    | 'dismiss_generation'
  > = {
    end_generation: ({ id }) => {
      const sent = this.find(id).remote_id !== null && !this.find(id).rehearsal;
      return this.#move(id, {
        state: 'cancelled',
        actions: sent ? ['fetch-again', 'dismiss'] : ['dismiss'],
        billed: sent ? 'yes' : 'no',
      });
    },
    go_on: ({ provider }) => {
      for (const one of this.generations.filter(
        (it) => it.provider === provider && it.actions.includes('go-on'),
      )) {
        this.#move(one.id, { actions: ['withdraw'] });
      }
      return {};
    },
    look_up_generation: ({ id }) => {
      const { evidence } = this.find(id);
      const now = Date.now();
      return this.#move(id, {
        evidence: evidence && { ...evidence, looked_up_at: now, next_look_up_at: now + 120_000 },
      });
    },
    adopt_generation: ({ id, remote_id }) => {
      if (remote_id.trim().length < 4)
        throw refusal('provider-not-found', 'the provider does not know this task');
      return this.#goOn(id, remote_id.trim());
    },
    send_again: ({ id }) => this.#goOn(id, `task-${id}-again`),
    fetch_again: ({ id }) => this.#move(id, { state: 'downloading', actions: ['stop-watching'] }),
    dismiss_generation: ({ id }) => {
      this.generations = this.generations.filter((one) => one.id !== id);
      this.#send([{ kind: 'generation-gone', id }]);
      return {};
    },
  };
}

function refusal(code: string, message: string): ProblemError {
  return new ProblemError({ code, message, hint: '', retryable: false });
}
