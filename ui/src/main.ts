import '@fontsource-variable/inter/wght.css';
import './styles/base.css';
import './styles/tokens.css';
import './styles/parts.css';
import { mount, tick } from 'svelte';
import { findPlatform, problemOf } from './platform';
import Window from './shell/Window.svelte';
import { firstPicture } from './state/first-picture.svelte';
import { report } from './state/problems';
import { sayReady } from './state/ready';
import { session } from './state/session.svelte';
import './state/settings.svelte';
import './state/stage.svelte';
import './state/boards.svelte';

/** When the next frame begins, the one before it is on the screen, and what was drawn is not only in the tree. */
function onScreen(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

async function open(): Promise<void> {
  const target = document.getElementById('window');
  if (!target) return;
  // Without it the first lines would be set in another typeface and then once more; a missing file holds up nothing.
  const typeface = document.fonts.load('13px "Inter Variable"').catch(() => []);
  try {
    await session.begin(await findPlatform());
    await typeface;
  } catch (thrown) {
    const { default: StartFailed } = await import('./shell/StartFailed.svelte');
    mount(StartFailed, { target, props: { problem: problemOf(thrown) } });
    return;
  }
  mount(Window, { target });
  await onScreen();
  void sayReady();
  await firstPicture.isShown().catch(report);
  await tick();
  document.documentElement.dataset['ready'] = 'true';
}

void open();
