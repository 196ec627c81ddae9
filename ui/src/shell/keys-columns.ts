/** How the groups of the key list are spread over its two columns. */

/** What a group's head and the room after it take, in lines. */
const HEAD = 2;

/**
 * The groups in such an order that, filled in one after the other, both columns come out as equally long as they can. In a
 * column the groups stay in the order they were given in, and the first one stays in the first column.
 */
export function evened<Group extends { lines: readonly unknown[] }>(groups: readonly Group[]): Group[] {
  const size = (of: readonly Group[]): number => of.reduce((sum, { lines }) => sum + HEAD + lines.length, 0);
  let best = { left: [...groups], right: [] as Group[], longer: Infinity };
  // Each group but the first is a bit: set, it stands in the second column.
  for (let bits = 0; bits < 2 ** Math.max(0, groups.length - 1); bits += 1) {
    const isRight = (at: number): boolean => at > 0 && (bits & (1 << (at - 1))) !== 0;
    const left = groups.filter((_, at) => !isRight(at));
    const right = groups.filter((_, at) => isRight(at));
    const longer = Math.max(size(left), size(right));
    if (longer < best.longer) best = { left, right, longer };
  }
  return [...best.left, ...best.right];
}
