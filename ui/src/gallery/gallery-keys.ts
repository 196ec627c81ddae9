/** Keys of the gallery that do not depend on where the pictures lie. */
import type { Binding } from '../shell/keyboard';
import type { TakeVerdict } from '../platform';
import type { Direction } from './layout';
import { playback } from './playback.svelte';
import { takes } from './takes.svelte';

function setVerdict(verdict: TakeVerdict): void {
  if (takes.current && (verdict !== 'none' || takes.current.verdict !== 'none')) void takes.judge(verdict);
}

function stars(count: number): Binding {
  return {
    keys: [String(count)],
    label: count === 0 ? 'keys.take-unrate' : 'keys.take-rate',
    group: 'gallery',
    run: () => void takes.rate(count),
  };
}

/** `search` puts the focus into the search field. */
export function galleryKeys(search: () => void): readonly Binding[] {
  return [
    ...[1, 2, 3, 4, 5, 0].map(stars),
    { keys: ['P'], label: 'keys.take-pick', group: 'gallery', run: () => setVerdict('pick') },
    { keys: ['X'], label: 'keys.take-reject', group: 'gallery', run: () => setVerdict('reject') },
    { keys: ['U'], label: 'keys.take-unflag', group: 'gallery', run: () => setVerdict('none') },
    {
      keys: ['Space'],
      label: 'keys.take-play',
      group: 'gallery',
      run: () => {
        if (takes.current) playback.playing = !playback.playing;
      },
    },
    { keys: ['Del'], label: 'keys.take-trash', group: 'gallery', run: () => void takes.trash() },
    { keys: ['/'], label: 'keys.take-search', group: 'gallery', run: search },
    {
      keys: ['Esc'],
      label: 'keys.take-escape',
      group: 'gallery',
      run: () => (playback.playing ? (playback.playing = false) : takes.select(null)),
    },
  ];
}

/** Keys that move through the grid. Held, an arrow goes on from take to take. */
export function gridKeys(move: (direction: Direction) => void): readonly Binding[] {
  const arrow = (key: string, direction: Direction): Binding => ({
    keys: [key],
    label: 'keys.take-move',
    group: 'gallery',
    whileHeld: true,
    run: () => move(direction),
  });
  return [
    arrow('Left', 'left'),
    arrow('Right', 'right'),
    arrow('Up', 'up'),
    arrow('Down', 'down'),
    { keys: ['Home'], label: 'keys.take-ends', group: 'gallery', run: () => move('first') },
    { keys: ['End'], label: 'keys.take-ends', group: 'gallery', run: () => move('last') },
  ];
}

/** All keys of the gallery, for the list that a person can read while it is not open. */
export const galleryKeyList: readonly Binding[] = [
  ...galleryKeys(() => undefined),
  { keys: ['Left', 'Right', 'Up', 'Down'], label: 'keys.take-move', group: 'gallery' },
  { keys: ['Home', 'End'], label: 'keys.take-ends', group: 'gallery' },
];
