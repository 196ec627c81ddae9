/** A core for tests: answers what every window asks for, and whatever a test answers otherwise. */
import { boardOf } from '../board/samples';
import type { Platform, Profile } from '../platform';

const profile = {
  provider: 'anyone',
  model: 'any',
  seconds: { min: 3, max: 15 },
  shots: { min: 1, max: 6 },
  shot_seconds_min: 1,
  takes_max: 4,
  elements_max: 3,
  element_pictures: { min: 2, max: 4 },
} as unknown as Profile;

/** What `start` answers, but for the parts that a test gives. */
export function startOf(parts: object): object {
  return {
    sequence: 0,
    board: boardOf(5),
    profiles: [profile],
    keys: [],
    boards: [],
    generations: [],
    settings: {},
    spending: { month: 0, cap: null },
    library: { read_only: null },
    ...parts,
  };
}

/** A core whose commands are answered by these functions, and with nothing where there is none. */
export function coreOf(answers: Record<string, (args: unknown) => unknown>): Platform {
  return {
    call: async (name, args) => (await answers[name]?.(args)) as never,
    onBatch: () => Promise.resolve(() => undefined),
    onFileDrag: () => Promise.resolve(() => undefined),
    onClose: () => Promise.resolve(() => undefined),
    setTitle: () => undefined,
  };
}
