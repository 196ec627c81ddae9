/**
 * Every edit of a board, as data. `applyEdit` is pure: the same board, edit and limits give the same outcome, which
 * is why undo can keep whole boards and tests can throw thousands of random edits at it.
 */
import type {
  Board,
  Frame,
  ModelId,
  Overlay,
  ProviderId,
  Ratio,
  ShotPlan,
  Transition,
} from '../platform/contract';
import type { Message } from '../strings/text';
import type { Limits } from './limits';
import * as fields from './fields';
import { addPanels } from './panels';
import * as shots from './shots';

export type Edit =
  /** Cuts the shot under a second of the timeline in two there. `id` names the new shot. */
  | { kind: 'split'; at: number; id: string }
  /** Joins a shot with the one after it, or the one before it when it is the last. */
  | { kind: 'merge'; index: number }
  /** Moves the cut after a shot to a second of the timeline; the total stays. */
  | { kind: 'roll'; index: number; to: number }
  /** Makes a shot so many seconds long; what follows moves along. */
  | { kind: 'trim'; index: number; seconds: number }
  | { kind: 'move'; from: number; to: number }
  | { kind: 'duplicate'; index: number; id: string }
  | { kind: 'delete'; index: number }
  /** Adds a shot at the end. */
  | { kind: 'add'; id: string }
  /** Adds a shot at the end for each picture, as far as they fit; all share the seconds. `ids` name the new shots. */
  | { kind: 'add-panels'; frames: Frame[]; ids: string[] }
  /** Stretches or shrinks all shots until the clip is as long as the model allows. */
  | { kind: 'fit' }
  /** The words of a shot, or the board's when no shot is named. */
  | { kind: 'prompt'; text: string; index?: number }
  | { kind: 'negative-prompt'; text: string }
  | { kind: 'panel'; index: number; frame: Frame | null }
  | { kind: 'first-frame'; frame: Frame | null }
  | { kind: 'last-frame'; frame: Frame | null }
  | { kind: 'both-frames'; first: Frame; last: Frame }
  | { kind: 'swap-frames' }
  | { kind: 'name'; name: string }
  | { kind: 'model'; provider: ProviderId; model: ModelId; name: string }
  | { kind: 'ratio'; ratio: Ratio }
  | { kind: 'audio'; on: boolean }
  | { kind: 'guidance'; hundredths: number | null }
  | { kind: 'takes'; takes: number }
  | { kind: 'plan'; plan: ShotPlan }
  | { kind: 'overlay'; overlay: Overlay }
  | { kind: 'transition'; transition: Transition }
  | { kind: 'watermark'; on: boolean }
  | { kind: 'callback'; address: string }
  /** Where a frame lies on the public network. */
  | { kind: 'frame-address'; which: 'first' | 'last'; address: string }
  | { kind: 'add-element' }
  | { kind: 'element-name'; index: number; name: string }
  | { kind: 'element-id'; index: number; id: string }
  | { kind: 'element-description'; index: number; text: string }
  | { kind: 'add-element-picture'; index: number; frame: Frame }
  | { kind: 'remove-element-picture'; index: number; picture: number }
  /** Puts another picture in the place of one. */
  | { kind: 'replace-element-picture'; index: number; picture: number; frame: Frame }
  /** Makes a picture of an element its first one, which shows it from the front. */
  | { kind: 'frontal-element-picture'; index: number; picture: number }
  | { kind: 'remove-element'; index: number }
  /** The board as the core changed it so that the named model takes it. */
  | { kind: 'change-to-fit'; board: Board; name: string };

/** What became of an edit. A refusal changes nothing and says why. */
export type Outcome =
  { kind: 'done'; board: Board; label: Message; select?: number } | { kind: 'refused'; reason: Message };

export function applyEdit(board: Board, edit: Edit, limits: Limits): Outcome {
  switch (edit.kind) {
    case 'split':
      return shots.split(board, edit.at, edit.id, limits);
    case 'merge':
      return shots.merge(board, edit.index);
    case 'roll':
      return shots.roll(board, edit.index, edit.to, limits);
    case 'trim':
      return shots.trim(board, edit.index, edit.seconds, limits);
    case 'move':
      return shots.move(board, edit.from, edit.to);
    case 'duplicate':
      return shots.duplicate(board, edit.index, edit.id, limits);
    case 'delete':
      return shots.remove(board, edit.index, limits);
    case 'add':
      return shots.add(board, edit.id, limits);
    case 'add-panels':
      return addPanels(board, edit.frames, edit.ids, limits);
    case 'fit':
      return shots.fit(board, limits);
    default:
      return fields.setField(board, edit, limits);
  }
}

/**
 * Edits with the same key that follow one another quickly are one step of undo: typing, turning a knob. Edits without
 * a key always stand alone.
 */
export function coalescingKey(edit: Edit): string | undefined {
  switch (edit.kind) {
    case 'prompt':
      return `prompt ${edit.index ?? 'board'}`;
    case 'element-name':
    case 'element-id':
    case 'element-description':
      return `${edit.kind} ${edit.index}`;
    case 'frame-address':
      return `${edit.kind} ${edit.which}`;
    case 'trim':
      return `trim ${edit.index}`;
    case 'negative-prompt':
    case 'guidance':
    case 'takes':
    case 'callback':
    case 'name':
      return edit.kind;
    default:
      return undefined;
  }
}
