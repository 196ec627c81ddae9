/** Camera moves these models follow, as they are usually written. */
export const CAMERA_MOVES = [
  'push in',
  'pull out',
  'pan left',
  'pan right',
  'tilt up',
  'tilt down',
  'orbit left',
  'orbit right',
  'tracking shot',
  'crane up',
  'crane down',
  'dolly zoom',
  'dolly in',
  'dolly out',
  'handheld',
  'static shot',
  'whip pan',
  'rack focus',
  'aerial shot',
  'over the shoulder',
  'close on',
  'wide shot',
] as const;

/** Finds the moves in a text, however they are cased. */
export const MOVE_PATTERN = new RegExp(`\\b(?:${CAMERA_MOVES.join('|')})\\b`, 'giu');

/** Finds `@name` where it starts a word, as the core does. */
export const MENTION_PATTERN = /(?<![\p{Alphabetic}\p{N}])@([\p{Alphabetic}\p{N}_-]+)/gu;

/** A pattern for a word of a finding, or none for text that holds nothing to mark. */
export function wordPattern(words: readonly string[]): RegExp | undefined {
  const escaped = words
    .filter((word) => word !== '')
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return escaped.length === 0
    ? undefined
    : new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}
