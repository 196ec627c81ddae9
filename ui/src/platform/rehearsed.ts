/**
 * A stand-in for the shell, for developing the window in a browser. It keeps everything in memory, judges roughly and
 * spends nothing. Inside the shell it is never loaded.
 */
import { ProblemError, type Arguments, type CommandName, type Answer, type Platform } from './bridge';
import type { Batch, Change } from './contract';
import { Answers } from './stand-in/answers';

export function rehearsed(): Platform {
  const listeners = new Set<(batch: Batch) => void>();
  let sequence = 0;
  const send = (changes: Change[]): void => {
    sequence += 1;
    for (const listener of listeners) listener({ sequence, changes });
  };
  const answers = new Answers(send, () => sequence);
  return {
    async call<Name extends CommandName>(name: Name, args: Arguments<Name>): Promise<Answer<Name>> {
      // A copy each way, as the real bridge makes one: nobody may lean on shared objects.
      const answer = answers.commands[name] as (args: Arguments<Name>) => Answer<Name>;
      if (!answer) {
        throw new ProblemError({
          code: 'unexpected',
          message: `${name} has no stand-in`,
          hint: '',
          retryable: false,
        });
      }
      await Promise.resolve();
      return structuredClone(answer(structuredClone(args)));
    },
    onBatch(listener) {
      listeners.add(listener);
      return Promise.resolve(() => listeners.delete(listener));
    },
    // A browser does not tell where dropped files lie.
    onFileDrag: () => Promise.resolve(() => undefined),
    // A browser's tab does not wait; leaving the page saves as well as it can.
    onClose: () => Promise.resolve(() => undefined),
    setTitle(title) {
      document.title = title;
    },
  };
}
