import type { KeyState } from '../platform';
import { t } from '../strings/text';

/** Where a provider's key is, in words. */
export function keyWords({ place, last_four, variable }: KeyState): string {
  if (place === 'none' || place === 'asking' || last_four === null)
    return t(`settings.key-state.${place}`, { variable });
  return t(`settings.key-state.${place}-ends`, { variable, four: last_four });
}
