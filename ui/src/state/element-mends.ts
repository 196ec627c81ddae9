/** The mends that findings offer for the pictures of elements. */
import type { Finding, Mend } from '../platform';

/** What findings offer for the pictures of an element, each once, in the order of the pictures. */
export function mendsOf(findings: readonly Finding[], element: number): { picture: number; mend: Mend }[] {
  const offered = new Map<string, { picture: number; mend: Mend }>();
  for (const { field, mend } of findings) {
    const [, at] = /^elements\[\d+\]\.pictures\[(\d+)\]$/.exec(field) ?? [];
    if (!mend || at === undefined || !field.startsWith(`elements[${element}].`)) continue;
    const key = `${at} ${JSON.stringify(mend)}`;
    if (!offered.has(key)) offered.set(key, { picture: Number(at), mend });
  }
  return [...offered.values()].sort((one, other) => one.picture - other.picture);
}
