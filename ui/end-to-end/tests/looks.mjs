// @ts-check
/** Pictures of every view in both themes and both sizes, nothing cut, everything named; and what the page may not do. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Window, until, watched } from '../support/window.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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
          const found = await window.driver.runLong(`${AXE}; axe.run(document, { resultTypes: ['violations'] })
            .then((r) => done(r.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
              .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', '))), (e) => done([String(e)]))`);
          wrong.push(...found.map((/** @type {string} */ text) => `${name}: ${text}`));
          if (view === 'queue') await window.click('queue-close');
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
});

test('the page may do only what it is given', { timeout: 60_000 }, async () => {
  const window = await Window.open();
  await watched('walls', [window], async () => {
    const { driver } = window;
    await driver.run(`const s = document.createElement('script'); s.textContent = 'window.injected = true'; document.body.append(s);
      const d = document.createElement('div'); d.setAttribute('onclick', 'window.injected = true'); document.body.append(d); d.click(); d.remove();`);
    assert.equal(await driver.run('return window.injected ?? null'), null, 'no inline script runs');
    assert.equal(await driver.run('try { return eval("1 + 1") } catch (e) { return "refused" }'), 'refused');
    for (const address of ['https://example.com/', 'http://127.0.0.1:1/', 'file:///etc/passwd']) {
      const answer = await driver.runLong('fetch(arguments[0]).then(() => done("answered"), () => done("refused"))', address);
      assert.equal(answer, 'refused', address);
    }
    for (const command of ['plugin:fs|read_file', 'plugin:shell|execute', 'plugin:http|fetch', 'plugin:opener|open_url', 'plugin:window|create', 'plugin:webview|create_webview_window']) {
      const answer = await driver.runLong('window.__TAURI_INTERNALS__.invoke(arguments[0], {}).then(() => done("answered"), () => done("refused"))', command);
      assert.equal(answer, 'refused', command);
    }
    const before = await driver.run('return location.href');
    await driver.run('try { window.open("https://example.com/"); location.href = "https://example.com/"; } catch {}');
    await driver.runLong('setTimeout(done, 300)');
    assert.equal(await driver.run('return location.href'), before, 'it goes nowhere');
    const { media_base: base, rehearsal } = await window.call('start');
    const host = new URL(base).host;
    for (const [address, options] of /** @type {[string, RequestInit][]} */ ([
      [`http://${host}/wrong-token/clip/x`, {}],
      [`${base}/clip/..%2f..%2flibrary.db`, {}],
      [`${base}/clip/nobody`, {}],
      [`${base}/frame/${'a'.repeat(64)}`, {}],
      [`${base}/clip/${rehearsal?.id ?? 'x'}`, { method: 'POST' }],
    ])) {
      const answer = await fetch(address, options);
      assert.ok([403, 404, 405].includes(answer.status), `${answer.status} ${address}`);
    }
  });
});
