// @ts-check
/** Two accounts of one provider, a person's own limits, and an account without money that gets some. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useAddress } from '../support/buying.mjs';
import { barriers, cuts } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const FIRST = 'sandbox-key-first-1111';
const SECOND = 'sandbox-key-second-2222';

test('the chosen account pays, own limits hold, and an empty account waits for a word', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('accounts-and-credit', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, FIRST);

    // Another account, named and chosen with the keyboard only.
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId('account-add-wavespeed'));
    await window.driver.keys(KEY.Enter);
    await window.write(byId('account-name-wavespeed'), 'Studio');
    await window.driver.keys(KEY.Tab);
    await window.driver.type(SECOND);
    await window.driver.keys(KEY.Enter);
    await until('the second account', async () =>
      (await window.call('start')).keys.some((/** @type {any} */ one) => one.provider === 'wavespeed' && one.account === 'Studio'));

    // One at once: the second one waits for its turn, and says so.
    await window.write(byId('limit-concurrent-wavespeed'), '1');
    await window.driver.keys(KEY.Tab);
    await until('the limit is kept', async () => (await window.call('start')).settings.limits.wavespeed?.concurrent === 1);
    for (const theme of ['Dark', 'Light']) {
      await window.click(`theme-${theme}`);
      await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
      await window.keepPicture(`accounts/settings-${theme.toLowerCase()}`);
      assert.deepEqual([...(await barriers(window)), ...(await cuts(window))], [], theme);
    }
    await newBoard(window, 'The studio pays');
    await sandbox.fault({ target: 'submit', kind: 'never-ready' });
    await generate(window);
    await until('it runs', async () => (await newest(window))?.state === 'running', 30_000);
    const running = await newest(window);
    await generate(window);
    await until('a second one', async () => (await newest(window))?.id !== running.id);
    const waiting = await newest(window);
    await window.click('queue-pill');
    await until('it waits', async () => /wait/i.test(String(await window.text(`generation-${waiting.id}`))));
    assert.equal((await newest(window)).state, 'queued');
    assert.equal((await sandbox.requests())['submit'], 1, 'no more than one at once');
    assert.equal((await sandbox.ledger())[0].key, SECOND.slice(-4), 'the chosen account pays');

    // No money: nothing more is asked until the person says that there is some.
    const poor = { target: 'submit', kind: 'status', status: 402, body: '{"code":402,"message":"Insufficient credits"}', retry_after: null };
    await sandbox.behave();
    await sandbox.fault(poor);
    const go = `action-go-on-${waiting.id}`;
    await until('there is no money', () => window.has(go), 60_000);
    await until('the first is done', async () =>
      (await window.call('start')).generations.some((/** @type {any} */ one) => one.id === running.id && one.state === 'done'), 60_000);
    const asked = (await sandbox.requests())['submit'];
    await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
    await window.keepPicture('accounts/no-credit');
    assert.deepEqual([...(await barriers(window)), ...(await cuts(window))], [], 'no credit');
    assert.equal((await sandbox.requests())['submit'], asked, 'nothing is asked meanwhile');
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId(go));
    await window.driver.keys(KEY.Enter);
    await until('it is done', async () => {
      const row = await newest(window);
      return row?.id === waiting.id && row.state === 'done';
    }, 60_000);
    assert.equal((await sandbox.ledger()).length, 2);
  });
  sandbox.stop();
});
