import '@fontsource-variable/inter/wght.css';
import './styles/base.css';
import './styles/tokens.css';
import './styles/parts.css';
import { mount, tick } from 'svelte';
import { findPlatform, problemOf, type Platform, type Stop } from './platform';
import Window from './shell/Window.svelte';
import { firstPicture } from './state/first-picture.svelte';
import { report } from './state/problems';
import { sayReady } from './state/ready';
import { session } from './state/session.svelte';
import './state/settings.svelte';
import './state/stage.svelte';
import './state/boards.svelte';

/** After a reload the shell still asks the page before it closes the window, and nobody here hears that yet: a library that
 *  takes long, or is refused, must not keep the window open. */
function closesAfterReload(platform: Platform): Promise<Stop> | undefined {
  const [entry] = performance.getEntriesByType('navigation');
  const again = entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
  return again ? platform.onClose(() => Promise.resolve(true)) : undefined;
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** When the next frame begins, the one before it is on the screen, and what was drawn is not only in the tree. */
async function onScreen(): Promise<void> {
  await frame();
  await frame();
}

async function open(): Promise<void> {
  const target = document.getElementById('window');
  if (!target) return;
  // Without it the first lines would be set in another typeface and then once more; a missing file holds up nothing.
  const typeface = document.fonts.load('13px "Inter Variable"').catch(() => []);
  let closes: Promise<Stop> | undefined;
  try {
    const platform = await findPlatform();
    closes = closesAfterReload(platform);
    await session.begin(platform);
    await typeface;
  } catch (thrown) {
    const { default: StartFailed } = await import('./shell/StartFailed.svelte');
    mount(StartFailed, { target, props: { problem: problemOf(thrown) } });
    return;
  }
  mount(Window, { target });
  closes?.then((stop) => stop()).catch(report);
  await onScreen();
  void sayReady();
  // Building the rest at once would hold that word back, and with it what the core puts off until then.
  await frame();
  await firstPicture.isShown().catch(report);
  await tick();
  document.documentElement.dataset['ready'] = 'true';
}

void open();
