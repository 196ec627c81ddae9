/** Why an offer is not open to the board, in as few words as a line of the short list has room for. */
import type { Finding } from '../platform';
import { findingWords } from '../state/problems';
import { isKey, t } from '../strings/text';

/** What the model takes; where no short words are known for it, what is wrong with the board. */
export function inShort(obstacle: Finding): string {
  const { code, values } = obstacle;
  if (code === 'elements-too-many' && values['max'] === '0') return t('price.why.elements-none');
  const key = `price.why.${code}`;
  return isKey(key) ? t(key, values) : findingWords(obstacle).title;
}
