// @ts-check
/** The queue by keyboard: Tab goes round inside it, also from a row that has nothing to press. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useSandbox } from '../support/buying.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

test('Tab stays in the queue when its last row has nothing to press', { timeout: 120_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('queue-by-keyboard', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, 'sandbox-key-0b1c2d3e4f5a6b');
    await newBoard(window, 'Sent, and the answer takes its time');
    await sandbox.fault({ target: 'submit', kind: 'delay', millis: 100_000 });
    await generate(window);
    await until('it is being sent', async () => (await newest(window))?.state === 'submitting', 60_000);
    const { id } = await newest(window);
    await window.click('queue-pill');
    await until('the row', async () => (await window.text(`generation-state-${id}`)) === 'Sending');
    const controls = `${byId(`generation-${id}`)} button, ${byId(`generation-${id}`)} input`;
    assert.equal(await window.driver.find(controls), null, 'nothing to press');
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId(`generation-${id}`));
    const focused = () => window.driver.run('return document.activeElement?.dataset.testid ?? null');
    assert.equal(await focused(), `generation-${id}`);
    for (const keys of [KEY.Tab, KEY.Tab, [KEY.Shift, KEY.Tab]]) {
      await window.driver.keys(keys);
      assert.equal(await focused(), 'queue-close');
    }
  });
  sandbox.stop();
});
