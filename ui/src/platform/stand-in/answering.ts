import type { Answer, Arguments, CommandName } from '../bridge';

/** Answers to some commands. */
export type Answering<Name extends CommandName> = {
  [One in Name]: (args: Arguments<One>) => Answer<One>;
};
