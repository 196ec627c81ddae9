/**
 * Undo as labelled snapshots. A board is small and its parts are shared between snapshots, so keeping whole boards
 * costs less than it would to invert every edit, and cannot get an inverse wrong.
 */
import type { Message } from '../strings/text';

/** One step: the document before it, and what the step was. */
interface Step<Document> {
  before: Document;
  after: Document;
  label: Message;
  key: string | undefined;
  /** When it was last added to or done again, in milliseconds of any clock that only rises. */
  at: number;
}

export interface History<Document> {
  readonly past: readonly Step<Document>[];
  readonly future: readonly Step<Document>[];
}

/** Edits of one key within this many milliseconds of one another are one step. */
export const COALESCE_MILLISECONDS = 900;
/** Steps that are kept; older ones are forgotten. */
const STEPS_KEPT = 500;

export function emptyHistory<Document>(): History<Document> {
  return { past: [], future: [] };
}

/** Adds an edit. What had been undone is gone. */
export function record<Document>(
  history: History<Document>,
  edit: { before: Document; after: Document; label: Message; key?: string | undefined; now: number },
): History<Document> {
  const last = history.past.at(-1);
  const { before, after, label, key, now } = edit;
  const joins =
    last !== undefined &&
    key !== undefined &&
    last.key === key &&
    last.after === before &&
    now - last.at <= COALESCE_MILLISECONDS;
  if (joins) return { past: [...history.past.slice(0, -1), { ...last, after, at: now }], future: [] };
  return { past: [...history.past, { before, after, label, key, at: now }].slice(-STEPS_KEPT), future: [] };
}

/** Ends the step that is being added to: the next edit stands alone whatever its key. */
export function seal<Document>(history: History<Document>): History<Document> {
  const last = history.past.at(-1);
  if (!last || last.key === undefined) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, key: undefined }] };
}

/** The same steps of documents that are changed in all of them alike. */
export function mapped<Document>(
  history: History<Document>,
  change: (document: Document) => Document,
): History<Document> {
  const each = (step: Step<Document>): Step<Document> => ({
    ...step,
    before: change(step.before),
    after: change(step.after),
  });
  return { past: history.past.map(each), future: history.future.map(each) };
}

export interface Travelled<Document> {
  history: History<Document>;
  document: Document;
  label: Message;
}

export function undo<Document>(history: History<Document>): Travelled<Document> | undefined {
  const step = history.past.at(-1);
  if (!step) return undefined;
  const sealed = { ...step, key: undefined };
  return {
    history: { past: history.past.slice(0, -1), future: [sealed, ...history.future] },
    document: step.before,
    label: step.label,
  };
}

/** Carries out again what was undone last, `now`. */
export function redo<Document>(history: History<Document>, now: number): Travelled<Document> | undefined {
  const step = history.future[0];
  if (!step) return undefined;
  return {
    history: { past: [...history.past, { ...step, at: now }], future: history.future.slice(1) },
    document: step.after,
    label: step.label,
  };
}
