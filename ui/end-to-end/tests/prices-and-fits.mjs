// @ts-check
/** Figures of one's own, the live price beside the table's, and a board changed to fit in one step that undo takes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveKey, newBoard, useSandbox } from '../support/buying.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

test('a price is edited, compared and reset, and a board is changed to fit', { timeout: 180_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('prices-and-fits', [window], async () => {
    const { driver } = window;
    await useSandbox(window, sandbox.origin);
    await giveKey(window, 'sandbox-key-0b1c2d3e4f5a6b');
    const rate = 'rate-wavespeed-kling-3.0-std-silent';
    await window.write(byId(rate), '0,09');
    await driver.keys(KEY.Enter);
    await until('words about the comma', () => window.has('rate-problem-wavespeed-kling-3.0-std-silent'));
    await window.write(byId(rate), '.090001');
    await driver.keys(KEY.Enter);
    await until('the figure is kept', async () => (await window.call('start')).settings.prices['wavespeed/kling-3.0-std/silent'] === 90_001);
    assert.match((await window.text('rate-shipped-wavespeed-kling-3.0-std-silent')) ?? '', /\$0\.084/, 'the shipped figure stands beside it');

    await window.click('view-compose');
    await window.click('new-board');
    await until('the price of five seconds', async () => (await window.text('price-total'))?.trim() === '$0.450005');
    await window.write(byId('prompt-editor'), 'A red door opens onto the sea');
    await window.click('ask-price');
    assert.match(await until('the provider\'s own price', async () => {
      const said = await window.text('ask-price');
      return /asks \$/.test(said ?? '') ? said : null;
    }), /asks \$0\.42, \$0\.030005 less/);
    assert.deepEqual(await sandbox.ledger(), [], 'asking buys nothing');

    await window.click('settings-open');
    await window.click('rate-reset-wavespeed-kling-3.0-std-silent');
    await until('the shipped figure is back', async () => Object.keys((await window.call('start')).settings.prices).length === 0);
    await newBoard(window, 'A red door opens onto the sea');

    // Two shots are more than one provider takes: the comparison says so and offers the change.
    await driver.run('document.querySelector(arguments[0]).focus()', byId('shot-1'));
    await driver.keys('a');
    await until('two shots', async () => (await window.call('start')).board.shots.length === 2);
    await driver.keys([KEY.Control, 'k']);
    const change = 'compare-change-ulazai-kling-3.0-std';
    await until('the offer with a change', () => window.has(change));
    assert.match((await window.text('compare-unfinished')) ?? '', /Shot 2 has no words/, 'what is missing everywhere is said once');
    assert.ok(await window.has('compare-takes'), 'and prices compare all the same');
    await window.keepPicture('prices-and-fits/compare');
    const before = (await window.call('start')).board;
    await window.click(change);
    const after = await until('the changed board', async () => {
      const { board } = await window.call('start');
      return board.provider === 'ulazai' ? board : null;
    });
    assert.equal(after.shots.length, 1);
    assert.equal(await window.has('compare'), false, 'the comparison closes');
    await driver.run('document.activeElement?.blur()');
    await driver.keys([KEY.Control, 'z']);
    await until('one step back', async () => {
      const { board } = await window.call('start');
      return JSON.stringify(board) === JSON.stringify(before);
    });
  });
  sandbox.stop();
});
