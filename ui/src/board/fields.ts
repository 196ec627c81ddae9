/** Edits of everything on a board that is not the timeline. */
import type { Board } from '../platform/contract';
import type { Message } from '../strings/text';
import type { Edit, Outcome } from './edit';
import { isElementEdit, setElements, type ElementEdit } from './elements';
import { sendsShotPrompts, type Limits } from './limits';

/** The edits that belong here. */
export type FieldEdit = Exclude<
  Edit,
  {
    kind:
      'split' | 'merge' | 'roll' | 'trim' | 'move' | 'duplicate' | 'delete' | 'add' | 'add-panels' | 'fit';
  }
>;

function done(board: Board, key: Message['key'], values?: Message['values']): Outcome {
  return { kind: 'done', board, label: values ? { key, values } : { key } };
}

export function setField(board: Board, edit: FieldEdit, limits: Limits): Outcome {
  if (isElementEdit(edit)) return setElements(board, edit, limits);
  switch (edit.kind) {
    case 'prompt':
      return setPrompt(board, edit.text, edit.index);
    case 'negative-prompt':
      return done({ ...board, negative_prompt: edit.text }, 'edit.negative-prompt');
    case 'name':
      return done({ ...board, name: edit.name }, 'edit.name');
    case 'model':
      return done({ ...board, provider: edit.provider, model: edit.model }, 'edit.model', {
        model: edit.name,
      });
    case 'ratio':
      return done({ ...board, ratio: edit.ratio }, 'edit.ratio', { ratio: edit.ratio });
    case 'audio':
      return done({ ...board, audio: edit.on }, edit.on ? 'edit.audio-on' : 'edit.audio-off');
    case 'guidance':
      return done({ ...board, guidance: edit.hundredths }, 'edit.guidance');
    case 'takes':
      return done(
        { ...board, takes: Math.min(limits.takes, Math.max(1, Math.round(edit.takes))) },
        'edit.takes',
      );
    case 'plan':
      return done({ ...board, plan: edit.plan }, 'edit.plan');
    case 'overlay':
      return done({ ...board, overlay: edit.overlay }, 'edit.overlay');
    case 'transition':
      return done({ ...board, transition: edit.transition }, 'edit.transition');
    case 'watermark':
      return done({ ...board, watermark: edit.on }, edit.on ? 'edit.watermark-on' : 'edit.watermark-off');
    case 'callback':
      return done({ ...board, callback: edit.address }, 'edit.callback');
    case 'frame-address':
      return edit.which === 'first'
        ? done({ ...board, first_frame_address: edit.address }, 'edit.first-frame-address')
        : done({ ...board, last_frame_address: edit.address }, 'edit.last-frame-address');
    case 'change-to-fit':
      return done(edit.board, 'edit.change-to-fit', { model: edit.name });
    default:
      return setFrames(board, edit);
  }
}

function setPrompt(board: Board, text: string, index: number | undefined): Outcome {
  const shot = index === undefined ? undefined : board.shots[index];
  if (index === undefined || !shot || !sendsShotPrompts(board))
    return done({ ...board, prompt: text }, 'edit.prompt');
  const shots = board.shots.with(index, { ...shot, prompt: text });
  return done({ ...board, shots }, 'edit.shot-prompt', { shot: index + 1 });
}

type FrameEdit = Exclude<
  FieldEdit,
  | ElementEdit
  | { kind: 'prompt' | 'negative-prompt' | 'name' | 'model' | 'ratio' | 'audio' | 'guidance' | 'takes' }
  | { kind: 'plan' | 'overlay' | 'transition' | 'watermark' | 'callback' | 'frame-address' | 'change-to-fit' }
>;

function setFrames(board: Board, edit: FrameEdit): Outcome {
  switch (edit.kind) {
    case 'panel': {
      const shot = board.shots[edit.index];
      const key = edit.frame ? 'edit.panel' : 'edit.clear-panel';
      if (!shot) return done(board, key, { shot: edit.index + 1 });
      const shots = board.shots.with(edit.index, { ...shot, panel: edit.frame });
      return done({ ...board, shots }, key, { shot: edit.index + 1 });
    }
    case 'first-frame':
      return done(
        { ...board, first_frame: edit.frame },
        edit.frame ? 'edit.first-frame' : 'edit.clear-first-frame',
      );
    case 'last-frame':
      return done(
        { ...board, last_frame: edit.frame },
        edit.frame ? 'edit.last-frame' : 'edit.clear-last-frame',
      );
    case 'both-frames':
      return done({ ...board, first_frame: edit.first, last_frame: edit.last }, 'edit.both-frames');
    case 'swap-frames':
      return done(
        { ...board, first_frame: board.last_frame, last_frame: board.first_frame },
        'edit.swap-frames',
      );
  }
}
