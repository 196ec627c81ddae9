import { t } from '../strings/text';
import { toasts } from '../state/toasts.svelte';

/** Puts text on the clipboard and says so. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show({ text: t('app.copied') });
  } catch {
    toasts.show({ tone: 'bad', text: t('app.copy-failed') });
  }
}
