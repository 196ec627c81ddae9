// @ts-check
/** Buying over HTTP: the key in the keychain and nowhere else, one paid task, a clip that plays. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useAddress } from '../support/buying.mjs';
import { brightness, clips, paint, probe } from '../support/clips.mjs';
import { dropFiles } from '../support/drag.mjs';
import { filesHolding } from '../support/files.mjs';
import { inKeychain } from '../support/keyring.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { Window, byId, folder, until, watched } from '../support/window.mjs';

/** When a view has come to rest, in milliseconds. */
const REST = 900;
/** No picture is so dark. */
const BLACK = 0.02;
const KEY = 'sandbox-canary-0b1c2d3e4f7f3a';

test('a board with a frame is bought once and its clip plays', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('generate', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, KEY);
    await window.click('key-test-wavespeed');
    await until('the balance', async () => /\$250\.00/.test((await window.text('key-result-wavespeed')) ?? (await window.text('settings')) ?? ''));

    await newBoard(window, 'A red door opens onto the sea');
    const picture = paint(path.join(folder('pictures'), 'first.png'));
    await dropFiles(window, byId('well-first'), [picture]);
    await until('the frame', async () => (await window.call('start')).board.first_frame);
    await window.click('tier-Pro');
    await until('the price on the button', async () => /\$0\.56/.test((await window.text('generate')) ?? ''));
    assert.deepEqual(await sandbox.ledger(), [], 'nothing is bought before the button');
    await generate(window);
    const done = await until('the clip', async () => {
      const one = await newest(window);
      assert.notEqual(one?.state, 'failed', JSON.stringify(one?.problem));
      return one?.state === 'done' ? one : null;
    }, 90_000);

    const ledger = await sandbox.ledger();
    assert.equal(ledger.length, 1, 'exactly one paid task');
    assert.equal(ledger[0].model, 'kwaivgi/kling-v3.0-pro/image-to-video');
    assert.equal(ledger[0].micro_dollars, 560_000);
    assert.equal(ledger[0].body.prompt, 'A red door opens onto the sea');
    assert.equal(ledger[0].body.duration, 5);
    assert.equal(ledger[0].task, done.remote_id);
    assert.match(ledger[0].body.image, /\/wavespeed\/media\//);
    assert.equal((await sandbox.requests())['submit'], 1);
    assert.match((await window.text('spending')) ?? '', /\$0\.56/);

    await window.click('view-gallery');
    await window.click(`take-${done.take_id}`);
    await window.click('detail-play');
    await until('moving pictures', () =>
      window.driver.run('const v = document.querySelector(arguments[0]); return v !== null && v.currentTime > 0.3', byId('take-video')));
    const [file] = clips(window.library);
    assert.ok(file);
    assert.deepEqual(probe(file), { codec: 'h264', width: 1920, height: 1080, frames: 120, rate: '24/1' });

    // On the stage its picture is there each time the person comes back to it.
    await window.click('detail-on-stage');
    const centre = async () => {
      const [x, y, width, height] = await window.driver.run(
        'const box = document.querySelector(arguments[0]).getBoundingClientRect(); return [box.x, box.y, box.width, box.height]', byId('stage'));
      const part = { x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 };
      return brightness(await window.keepPicture('generate/stage'), part);
    };
    await until('its picture', async () => (await centre()) > BLACK);
    for (const turn of [1, 2, 3]) {
      await window.click('view-gallery');
      await until('its clip there', () => window.driver.run('return document.querySelector(arguments[0])?.readyState >= 2', byId('take-video')));
      await window.click('view-compose');
      // The picture of before can stand for a moment, and be lost then.
      await window.driver.runLong(`setTimeout(done, ${REST})`);
      assert.ok((await centre()) > BLACK, `its picture, the ${turn}. time`);
    }

    assert.match(inKeychain(), new RegExp(KEY), 'the keychain has the key');
    const page = await window.driver.run('return document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((e) => e.value).join()');
    assert.ok(!page.includes(KEY), 'the page does not');
    assert.deepEqual(filesHolding([window.library, process.env['HOME'] ?? ''], [KEY]), [], 'nor does a file');
  });
  sandbox.stop();
});
