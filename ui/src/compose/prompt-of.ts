/** Whose words a prompt is. */
import type { Edit } from '../board/edit';
import { sendsShotPrompts } from '../board/limits';
import type { Board } from '../platform';

/** A shot's own words, or the main prompt of a board. */
export interface PromptOf {
  board: Board['id'];
  shot: string | null;
}

/**
 * The edit that gives words to whom they were written for. Undefined when the open board has no place for them any
 * more: then they must not replace what others say there.
 */
export function promptEdit(board: Board, of: PromptOf, text: string): Edit | undefined {
  if (board.id !== of.board) return undefined;
  if (of.shot === null) return { kind: 'prompt', text };
  const index = board.shots.findIndex(({ id }) => id === of.shot);
  return index < 0 || !sendsShotPrompts(board) ? undefined : { kind: 'prompt', text, index };
}

/** Whether a finding's field is written in the prompt editor. The negative prompt has a field of its own. */
export function isPromptField(field: string): boolean {
  return field === 'prompt' || /^shots\[\d+\]\.prompt$/.test(field);
}
