import '@fontsource-variable/inter/wght.css';
import './styles/base.css';
import './styles/tokens.css';
import './styles/parts.css';
import { mount } from 'svelte';
import { findPlatform, problemOf } from './platform';
import StartFailed from './shell/StartFailed.svelte';
import Window from './shell/Window.svelte';
import { firstPictureShown } from './state/first-picture';
import { report } from './state/problems';
import { session } from './state/session.svelte';
import './state/settings.svelte';
import './state/stage.svelte';
import './state/boards.svelte';

async function open(): Promise<void> {
  const target = document.getElementById('window');
  if (!target) return;
  try {
    await session.begin(await findPlatform());
  } catch (thrown) {
    mount(StartFailed, { target, props: { problem: problemOf(thrown) } });
    return;
  }
  mount(Window, { target });
  // Two frames on: the first picture is then on the screen and not only in the tree.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.documentElement.dataset['ready'] = 'true';
      session.call('ready', {}).catch((thrown: unknown) => {
        // Damage has a notice of its own.
        if (problemOf(thrown).code !== 'library-damaged') report(thrown);
      });
      firstPictureShown();
    }),
  );
}

void open();
