// @ts-check
/**
 * A purchase that never arrived at a provider that can be searched: looked for by itself, then said to be absent, and
 * bought again for an amount. The ten minutes that it is looked for are real ones: no clock hastens them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useSandbox, verdictOf } from '../support/buying.mjs';
import { clips } from '../support/clips.mjs';
import { look } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, until, watched } from '../support/window.mjs';

const SECRET = 'sandbox-key-canary-7f3a';
/** Looked for during ten minutes, with up to one minute between two looks; the rest is for a busy machine. */
const FAIR_TIME = 14 * 60_000;

test('a purchase that never arrived is looked for, said to be absent, and bought again for an amount', { timeout: 1_200_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('never-arrived', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET);
    await newBoard(window, 'A purchase that never arrived');
    await sandbox.fault({ target: 'submit', kind: 'hang-up-before' });
    await generate(window);

    // While it may still show up, nothing that could pay twice is offered.
    const lost = await until('the first look', async () => {
      const row = await newest(window);
      return row?.evidence?.looked_up_at ? row : null;
    }, 60_000);
    assert.equal(lost.evidence.verdict, 'looking');
    assert.deepEqual(lost.actions, ['look-up', 'adopt']);
    await window.click('queue-pill');
    const evidence = () => window.text(`evidence-${lost.id}`);
    await until('what is known', async () => /asked at .*Nothing found so far\. It is asked again at .*you decide/.test(String(await evidence())));
    assert.equal(await window.has(`action-send-again-${lost.id}`), false);
    await look(window, 'never-arrived/looking');

    assert.equal(await window.text(`generation-state-${lost.id}`), 'Being looked for');

    const absent = await verdictOf(window, 'absent', FAIR_TIME);
    assert.equal(absent.id, lost.id);
    assert.ok(absent.evidence.looked_up_at - absent.evidence.sent_at >= 600_000, 'looked for during ten minutes');
    assert.equal((await sandbox.requests())['submit'], 1, 'nothing was sent meanwhile');
    const again = `action-send-again-${lost.id}`;
    await until('what can be done', () => window.has(again));
    assert.equal(await window.text(`generation-state-${lost.id}`), 'Needs you');
    assert.match(String(await window.text('queue-pill')), /1 needs you/);
    const told = String(await evidence());
    assert.match(told, /Sent .*no answer\. WaveSpeed was last asked at .*Nothing found\. Send it again for \$0\.42, or leave it/);
    assert.equal((await window.text(again))?.trim(), 'Send again for $0.42');
    for (const action of ['look-up', 'adopt', 'give-up']) assert.ok(await window.has(`action-${action}-${lost.id}`), action);
    await look(window, 'never-arrived/absent');

    // By keyboard as far as the amount; leaving it pays nothing and gives the focus back.
    const focused = () => window.driver.run('return document.activeElement?.dataset.testid ?? null');
    /** @type {string[]} */
    const passed = [];
    for (let tabs = 0; tabs < 12 && passed.at(-1) !== again; tabs += 1) {
      await window.driver.keys(KEY.Tab);
      passed.push(await focused());
    }
    assert.deepEqual(passed.slice(-4), ['adopt-id', `action-look-up-${lost.id}`, `action-give-up-${lost.id}`, again]);
    await window.driver.keys(KEY.Enter);
    await until('the amount is asked for', () => window.has('confirm'));
    const question = String(await window.text('confirm'));
    assert.match(question, /Send again for \$0\.42/);
    assert.match(question, /Spend \$0\.42/);
    await look(window, 'never-arrived/amount');
    await window.driver.keys(KEY.Escape);
    await until('the dialog is gone', async () => !(await window.has('confirm')));
    assert.equal(await focused(), again);
    assert.equal((await newest(window)).state, 'unknown');
    assert.equal((await sandbox.requests())['submit'], 1, 'leaving it pays nothing');
    assert.equal((await sandbox.ledger()).length, 0);

    await window.driver.keys(KEY.Enter);
    await until('the amount is asked for', () => window.has('confirm'));
    await window.click('confirm-yes');
    await until('the clip', async () => (await newest(window))?.state === 'done', 60_000);
    await until('the focus went with the row', async () => (await focused()) === `generation-${lost.id}`);
    assert.equal((await newest(window)).id, lost.id);
    assert.equal((await sandbox.ledger()).length, 1);
    assert.equal((await sandbox.requests())['submit'], 2);
    assert.equal(clips(window.library).length, 1);
  });
  sandbox.stop();
});
