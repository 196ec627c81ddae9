import type { KeyState, Profile } from '../platform';
import { draft } from '../state/draft.svelte';
import { isHeld } from '../state/session.svelte';
import { t } from '../strings/text';

/** What is known of a key, in two words. */
export function keyNote(key: KeyState | undefined): string {
  if (!key || key.place === 'none' || isHeld(key)) return t('inspector.key-none');
  if (key.place === 'asking') return t('inspector.key-asking');
  return key.last_four ? t('inspector.key-ending', { four: key.last_four }) : t('inspector.key-set');
}

/** Makes a model the one that is asked. */
export function chooseModel(profile: Profile | undefined): void {
  if (!profile) return;
  const name = `${profile.provider_name} ${profile.tier}`;
  draft.edit({ kind: 'model', provider: profile.provider, model: profile.model, name });
}
