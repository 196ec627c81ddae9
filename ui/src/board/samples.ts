/** Boards and limits for tests. */
import type { Board, Frame } from '../platform/contract';
import type { Limits } from './limits';

/** A board with shots of these seconds; shot 1 says `words 1`, and so on. */
export function boardOf(...seconds: number[]): Board {
  return {
    id: 'board',
    name: 'Board',
    prompt: seconds.length === 1 ? 'words 1' : '',
    negative_prompt: '',
    shots: seconds.map((length, index) => ({
      id: `shot-${index + 1}`,
      prompt: seconds.length === 1 ? '' : `words ${index + 1}`,
      seconds: length,
      panel: null,
    })),
    plan: 'customize',
    first_frame: null,
    last_frame: null,
    ratio: '16:9',
    audio: false,
    guidance: null,
    elements: [],
    takes: 1,
    provider: 'anyone',
    model: 'any',
    watermark: false,
    callback: '',
    first_frame_address: '',
    last_frame_address: '',
    overlay: { shot_number: true, timecode: true, prompt: true },
    transition: 'cut',
  };
}

export function frameOf(name: string): Frame {
  return { id: name, format: 'png', width: 1920, height: 1080, bytes: 1000, traits: [] };
}

export const sampleLimits: Limits = {
  seconds: { min: 3, max: 15 },
  shots: { min: 1, max: 6 },
  shotSeconds: 1,
  takes: 4,
  elements: 3,
  elementPictures: { min: 2, max: 4 },
};
