/** The stand-in's answers about clips that were paid for elsewhere. Replicate has none, and fal does not answer. */
import { ProblemError } from '../bridge';
import type { Board, FoundTask } from '../contract';
import type { Answering } from './answering';
import { generation } from './generations';
import type { Line } from './line';

const HOUR = 3_600_000;
const DAYS = 30;

function task(remote_id: string, hours: number, part: Partial<FoundTask>): FoundTask {
  return {
    provider: 'wavespeed',
    account: '0a1b2c3d',
    remote_id,
    made_at: Date.now() - hours * HOUR,
    model_name: 'Kling 3.0 Pro',
    prompt: '',
    seconds: null,
    standing: 'made',
    may_be: null,
    ...part,
  };
}

export class Found {
  #tasks = [
    task('b71e0f44c2', 2, { standing: 'running' }),
    task('9c02aa17de', 27, {
      prompt: 'A lighthouse keeper climbs the last stair, wind against the glass, a slow pan to the sea',
      seconds: 8,
    }),
    task('41fd9be803', 28, { may_be: 'The red door' }),
    task('77a0c19d55', 53, { standing: 'failed', model_name: 'Kling 3.0 Standard' }),
    task('e3380cd26b', 120, { model_name: 'Kling 3.0 Standard' }),
  ];

  constructor(
    readonly line: Line,
    readonly board: () => Board,
  ) {}

  readonly commands: Answering<'find_paid' | 'keep_found' | 'export_ledger'> = {
    find_paid: ({ provider }) => {
      if (provider === 'fal') {
        const message = 'the provider cannot be reached';
        throw new ProblemError({ code: 'provider-unreachable', message, hint: '', retryable: true });
      }
      const tasks = provider === 'replicate' ? [] : this.#tasks.map((one) => ({ ...one, provider }));
      return { tasks, problems: [], days: DAYS, whole: true, back_to: null };
    },
    keep_found: ({ remote_id }) => {
      const found = this.#tasks.find((one) => one.remote_id === remote_id);
      this.#tasks = this.#tasks.filter((one) => one !== found);
      const board_name = found?.prompt.slice(0, 40) || `Found at WaveSpeed: ${remote_id}`;
      const made = generation(`found-${remote_id}`, this.board(), { board_name, remote_id, price: 0 });
      return this.line.put({ ...made, created_at: Date.now(), state_since: Date.now() });
    },
    export_ledger: () => true,
  };
}
