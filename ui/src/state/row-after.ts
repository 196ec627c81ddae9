/** Which board follows when one leaves the list: it is opened, and its row has the focus. */

/**
 * The row that has the focus after a change, by the ids of the rows before and after it: the same row while it is there,
 * else the next one that stayed, else the one before. Undefined when none stayed.
 */
export function rowAfter(
  before: readonly string[],
  after: readonly string[],
  focused: string,
): string | undefined {
  const stayed = new Set(after);
  const at = before.indexOf(focused);
  const following = before.slice(Math.max(0, at)).find((id) => stayed.has(id));
  return following ?? before.slice(0, Math.max(0, at)).findLast((id) => stayed.has(id));
}
