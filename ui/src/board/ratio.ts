import type { Ratio } from '../platform/contract';

/** The width of a ratio for a height of one: `16:9` is 1.78. */
export function widthOf(ratio: Ratio): number {
  const [across, down] = ratio.split(':').map(Number);
  return (across ?? 1) / (down ?? 1);
}
