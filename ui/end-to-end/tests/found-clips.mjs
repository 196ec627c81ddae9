// @ts-check
/** Clips that were paid for elsewhere: found in Settings, fetched by keyboard and pointer, in both themes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveKey, useSandbox } from '../support/buying.mjs';
import { clips } from '../support/clips.mjs';
import { barriers, cuts } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const SECRET = 'sandbox-key-canary-7f3a';
const WORDS = [
  'A lighthouse keeper climbs the last stair, wind against the glass, a slow pan to the open sea',
  'Rain on a tram window, the city lights run together, a hand wipes the pane',
];

/** Buys as somebody else's program would: with the same key, straight from the provider. @param {string} where @param {unknown} body */
async function buyElsewhere(where, body) {
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
  const answer = await fetch(where, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${answer.status}: ${await answer.text()}`);
}

/** Waits for the dialog to have settled, then keeps a picture of it and judges it. @param {Window} window @param {string} name */
async function look(window, name) {
  await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
  await window.keepPicture(`found-clips/${name}`);
  assert.deepEqual([...(await barriers(window)), ...(await cuts(window))], [], name);
}

test('clips that were paid for elsewhere are found and fetched', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('found-clips', [window], async () => {
    await useSandbox(window, sandbox.origin);
    assert.equal(await window.has('find-paid-replicate'), false, 'nothing to look for without a key');
    await giveKey(window, SECRET, 'replicate');
    await giveKey(window, SECRET, 'wavespeed');
    await giveKey(window, SECRET, 'evolink');
    assert.equal(await window.has('find-paid-evolink'), false, 'this provider has no list');

    // Nothing there: it is said in words, and Escape gives the focus back to the button.
    await window.click('find-paid-wavespeed');
    await until('the empty list', () => window.has('found-empty'));
    await look(window, 'empty');
    await window.driver.keys(KEY.Escape);
    await until('the dialog is gone', async () => !(await window.has('found')));
    const focused = 'return document.activeElement?.dataset.testid ?? null';
    assert.equal(await window.driver.run(focused), 'find-paid-wavespeed');

    for (const prompt of WORDS) {
      const input = { prompt, duration: 4, mode: 'standard', aspect_ratio: '16:9' };
      await buyElsewhere(`${sandbox.origin}/replicate/v1/models/kwaivgi/kling-v3-video/predictions`, { input });
    }
    await buyElsewhere(`${sandbox.origin}/wavespeed/api/v3/kwaivgi/kling-v3.0-std/text-to-video`, {
      prompt: 'A red door', duration: 3, aspect_ratio: '16:9', sound: false,
    });
    for (const theme of ['Dark', 'Light']) {
      await window.click(`theme-${theme}`);
      for (const [width, height] of /** @type {const} */ ([[1440, 900], [1024, 680]])) {
        await window.driver.post('/window/rect', { x: 0, y: 0, width, height });
        await window.click('find-paid-replicate');
        await until('both tasks', async () => (await window.driver.run('return document.querySelectorAll(arguments[0]).length', byId('found-task'))) === 2);
        await look(window, `list-${width}x${height}-${theme.toLowerCase()}`);
        await window.click('found-close');
      }
    }

    // By keyboard: the first row's button, then all that are left.
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId('find-paid-replicate'));
    await window.driver.keys(KEY.Enter);
    await until('both tasks', () => window.has('found-fetch-all'));
    for (let tabs = 0; tabs < 12 && (await window.driver.run(focused)) !== 'found-fetch'; tabs += 1) await window.driver.keys(KEY.Tab);
    assert.equal(await window.driver.run(focused), 'found-fetch', 'reached by Tab');
    await window.driver.keys(KEY.Enter);
    await until('the first is taken', () => window.has('found-taken'));
    await until('the focus is on the next', async () => (await window.driver.run(focused)) === 'found-fetch');
    await window.driver.keys(KEY.Enter);
    await until('both are taken', async () => !(await window.has('found-fetch')));
    await until('the focus is at the end', async () => (await window.driver.run(focused)) === 'found-close');
    await look(window, 'taken');
    await window.click('found-close');
    await until('both clips', async () =>
      (await window.call('start')).generations.filter((/** @type {any} */ one) => one.state === 'done').length === 2, 60_000);
    assert.equal(clips(window.library).length, 2);
    assert.equal((await sandbox.ledger()).length, 3, 'nothing was bought here');

    await window.click('find-paid-replicate');
    await until('nothing left', () => window.has('found-empty'));
    await window.click('found-close');
    await window.click('view-gallery');
    await until('the first words of one', () => window.driver.run('return document.body.innerText.includes(arguments[0])', 'A lighthouse keeper'));
    await window.keepPicture('found-clips/gallery');

    // Where the provider does not answer, why is said, and it can be asked again.
    await sandbox.fault({ target: 'list', kind: 'status', status: 502, body: '<html>bad gateway</html>', retry_after: null });
    await window.click('settings-open');
    await window.click('find-paid-wavespeed');
    await until('the problem', () => window.has('found-problem'));
    await look(window, 'problem');
    await window.click('found-again');
    await until('the one at WaveSpeed', () => window.has('found-task'));
    await look(window, 'without-words');
    await window.click('found-close');
    await window.click('settings-money');
    await look(window, 'money');
  });
});
