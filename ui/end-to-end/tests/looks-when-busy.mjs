// @ts-check
/** The window at work: a queue with something in every section, the details of a take, the dialogs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProvider, generate, giveKey, newBoard, useSandbox } from '../support/buying.mjs';
import { barriers, cuts } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const NAMES = { running: 'A lighthouse keeper climbs the stairs', unknown: 'A letter is lost on its way', queued: 'A third one waits for its turn' };

test('a busy window is whole and can be used by everybody', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('looks-when-busy', [window], async () => {
    const { driver } = window;
    const states = async () => {
      const { generations } = await window.call('start');
      return new Set(generations.map((/** @type {any} */ one) => one.state));
    };
    await window.click('rehearse');
    await until('a rehearsal', async () => (await states()).has('done'), 60_000);
    await useSandbox(window, sandbox.origin);
    await giveKey(window, 'sandbox-key-0b1c2d3e4f5a6b');
    await giveKey(window, 'sandbox-key-0b1c2d3e4f5a6b', 'evolink');
    await sandbox.fault({ target: 'submit', kind: 'never-ready', times: 2 });
    await newBoard(window, NAMES.running);
    await generate(window);
    await until('one that runs', async () => (await states()).has('running'));
    await generate(window);
    await until('two that run', async () => (await sandbox.ledger()).length === 2);
    await sandbox.fault({ target: 'submit', kind: 'hang-up-before' });
    await newBoard(window, NAMES.unknown);
    await chooseProvider(window, 'evolink');
    await generate(window);
    await until('one that is lost', async () => (await states()).has('unknown'));
    await newBoard(window, NAMES.queued);
    await chooseProvider(window, 'wavespeed');
    await generate(window);
    // More than this provider takes at once: it waits.
    await until('one that waits', async () => /2 running.*1 waiting.*1 needs you/s.test((await window.text('queue-pill')) ?? ''));

    /** @type {string[]} */
    const wrong = [];
    const judge = async (/** @type {string} */ name) => {
      await driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200)))');
      await window.keepPicture(`looks/${name}`);
      for (const line of [...(await cuts(window)), ...(await barriers(window))]) wrong.push(`${name}: ${line}`);
    };
    for (const theme of ['Light', 'Dark']) {
      await window.click('settings-open');
      await window.click(`theme-${theme}`);
      await until('the theme', () => driver.run('return document.documentElement.dataset.theme === arguments[0]', theme.toLowerCase()));
      for (const [width, height] of [[1440, 900], [1024, 680]]) {
        await driver.post('/window/rect', { x: 0, y: 0, width, height });
        const name = (/** @type {string} */ what) => `${what}-${width}x${height}-${theme.toLowerCase()}`;
        await window.click('settings-open');
        if (!(await window.has('doubts-ulazai'))) await window.click('provider-details-ulazai');
        await driver.run('document.querySelector(arguments[0]).scrollIntoView()', byId('doubts-ulazai'));
        await judge(name('settings-details'));
        await window.click('settings-prices');
        await judge(name('settings-prices'));

        await window.click('view-compose');
        await window.click('queue-pill');
        await until('the question', () => driver.find('[data-testid^="evidence-"]'));
        await judge(name('queue-busy'));
        await driver.keys(KEY.Escape);
        await until('a closed drawer', async () => !(await window.has('queue-drawer')));

        await window.click('show-request');
        await until('the request', () => window.has('request-body'));
        await judge(name('request'));
        await driver.keys(KEY.Escape);
        await until('a closed request', async () => !(await window.has('request-body')));

        await driver.keys([KEY.Control, 'k']);
        await until('every provider', () => driver.find('[data-testid^="compare-takes"]'));
        await judge(name('compare'));
        await driver.keys(KEY.Escape);
        await until('a closed comparison', async () => !(await window.has('compare')));

        await driver.keys('\uE031');
        await until('the keys', () => window.has('keys'));
        await judge(name('keys'));
        await driver.keys(KEY.Escape);
        await until('closed keys', async () => !(await window.has('keys')));

        await window.click('view-gallery');
        const take = await until('a take', () => driver.run('return document.querySelector(\'[data-take]\')?.dataset.testid'));
        await window.click(take);
        await until('its details', () => driver.run('return document.querySelector(arguments[0])?.readyState >= 2', byId('take-video')));
        await judge(name('detail'));
      }
    }
    assert.deepEqual(wrong, []);
    assert.equal((await sandbox.ledger()).length, 2, 'two were taken, one was lost, one waits');
  });
  sandbox.stop();
});
