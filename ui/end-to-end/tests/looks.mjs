// @ts-check
/** Pictures of every view in both themes and both sizes, nothing cut, everything named; and what the page may not do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers } from '../support/judging.mjs';
import { Window, until, watched } from '../support/window.mjs';

const SIZES = /** @type {const} */ ([[1440, 900], [1024, 680]]);
const VIEWS = /** @type {const} */ (['compose', 'gallery', 'settings', 'queue']);

test('every view fits and is named, in both themes and sizes', { timeout: 240_000 }, async () => {
  const window = await Window.open();
  await watched('looks', [window], async () => {
    await window.click('rehearse');
    await until('a take to look at', async () => (await window.call('start')).generations.some((/** @type {any} */ one) => one.state === 'done'), 60_000);
    /** @type {string[]} */
    const wrong = [];
    for (const theme of ['Dark', 'Light']) {
      await window.click('settings-open');
      await window.click(`theme-${theme}`);
      await until('the theme', async () => (await window.call('start')).settings.theme === theme.toLowerCase());
      for (const [width, height] of SIZES) {
        await window.driver.post('/window/rect', { x: 0, y: 0, width, height });
        for (const view of VIEWS) {
          if (view === 'settings') await window.click('settings-open');
          else if (view === 'queue') await window.click('queue-pill');
          else await window.click(`view-${view}`);
          if (view === 'gallery') await until('a take', () => window.driver.find('[data-testid^="take-"]'));
          const name = `${view}-${width}x${height}-${theme.toLowerCase()}`;
          await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
          await window.keepPicture(`looks/${name}`);
          const over = await window.driver.run('const e = document.documentElement; return [e.scrollWidth - innerWidth, e.scrollHeight - innerHeight]');
          if (over[0] > 0 || over[1] > 0) wrong.push(`${name} is cut by ${over}`);
          const found = await barriers(window);
          wrong.push(...found.map((/** @type {string} */ text) => `${name}: ${text}`));
          if (view === 'queue') await window.click('queue-close');
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
});
