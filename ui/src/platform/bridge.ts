/**
 * What the window asks of its surroundings. The only two surroundings are the shell (`tauri.ts`) and, in a browser,
 * a stand-in; nothing outside this folder knows which one it is.
 */
import type { Batch, Commands, Problem } from './contract';

/** The name of a command. */
export type CommandName = keyof Commands;
/** What a command takes. */
export type Arguments<Name extends CommandName> = Commands[Name]['arguments'];
/** What a command answers. */
export type Answer<Name extends CommandName> = Commands[Name]['answer'];

/** Files of the system held over the window or let go there. Positions in CSS pixels from the window's corner. */
export type FileDrag =
  | { kind: 'over'; x: number; y: number }
  | { kind: 'drop'; x: number; y: number; paths: string[] }
  | { kind: 'leave' };

/** Ends a subscription. */
export type Stop = () => void;

export interface Platform {
  /** Asks the core. Rejects with a `ProblemError` and nothing else. */
  call<Name extends CommandName>(name: Name, args: Arguments<Name>): Promise<Answer<Name>>;
  /** Hears every batch of changes. */
  onBatch(listener: (batch: Batch) => void): Promise<Stop>;
  /** Hears files of the system being dragged over the window. */
  onFileDrag(listener: (drag: FileDrag) => void): Promise<Stop>;
  /** Does work before the window closes, which stays open when the work answers false. */
  onClose(work: () => Promise<boolean>): Promise<Stop>;
  /** Names the window. */
  setTitle(title: string): void;
}

/** A command that was refused or failed. Switch on `problem.code`, never on text. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
  }
}

/** The problem behind anything that was thrown; what nobody foresaw becomes the code `unexpected`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (isProblem(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'unexpected', message, hint: '', retryable: false };
}

function isProblem(thrown: unknown): thrown is Problem {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return 'code' in thrown && typeof thrown.code === 'string' && 'message' in thrown && 'hint' in thrown;
}
