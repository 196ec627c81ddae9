// @ts-check
/** What nobody should drop, a provider that is down, no keychain: said in words, nothing lost, nothing sent. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useAddress } from '../support/buying.mjs';
import { dropFiles } from '../support/drag.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { Window, byId, folder, until, watched } from '../support/window.mjs';

test('files that are no pictures are refused in words and the board stays', { timeout: 120_000 }, async () => {
  const window = await Window.open();
  await watched('bad-files', [window], async () => {
    const place = folder('files');
    const text = path.join(place, 'text.png');
    const empty = path.join(place, 'empty.png');
    const inside = path.join(place, 'folder');
    writeFileSync(text, 'only words');
    writeFileSync(empty, '');
    mkdirSync(inside);
    await newBoard(window, 'Kept through bad files');
    for (const [file, words] of /** @type {[string, RegExp][]} */ ([
      [text, /not a picture/i],
      [empty, /empty/i],
      [inside, /folder/i],
    ])) {
      await dropFiles(window, byId('well-first'), [file]);
      await until(`a word about ${path.basename(file)}`, async () => words.test((await window.text('well-first')) ?? ''));
    }
    const { board } = await window.call('start');
    assert.equal(board.first_frame, null);
    assert.equal(board.prompt, 'Kept through bad files');
  });
});

test('a provider that is down is waited for, and nothing is spent', { timeout: 120_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('provider-down', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, 'sandbox-key-0b1c2d3e4f5a6b');
    await newBoard(window, 'Nobody listens');
    sandbox.stop();
    await generate(window);
    const row = await until('a reason to wait', async () => {
      const one = await newest(window);
      return one?.problem?.code === 'provider-unreachable' ? one : null;
    });
    assert.equal(row.billed, 'no');
    assert.equal((await window.call('start')).spending.month, 0);
    await window.click('queue-pill');
    await until('the reason in the drawer', () => window.has(`generation-problem-${row.id}`));
    await window.click(`action-withdraw-${row.id}`);
    await until('it is taken out', async () => (await newest(window))?.state === 'cancelled');
  });
});

test('without a keychain the key is offered to be kept for the session', { timeout: 120_000 }, async () => {
  const window = await Window.open({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } });
  await watched('no-keychain', [window], async () => {
    await window.click('settings-open');
    await window.write(byId('key-input-wavespeed'), 'session-key-0b1c2d3e');
    await window.click('key-save-wavespeed');
    await until('what is wrong', () => window.has('key-problem-wavespeed'));
    await window.write(byId('key-input-wavespeed'), 'session-key-0b1c2d3e');
    await window.click('key-session-wavespeed');
    await until('kept for the session', async () =>
      (await window.call('start')).keys.some((/** @type {any} */ one) => one.provider === 'wavespeed' && one.place === 'session'));
  });
});
