// @ts-check
/** An answer that is lost for good: the question with its evidence, the adopted task, and paying again for an amount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProvider, generate, giveKey, newBoard, newest, useSandbox, verdictOf } from '../support/buying.mjs';
import { clips } from '../support/clips.mjs';
import { look } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const SECRET = 'sandbox-key-canary-7f3a';

/** Buys the open board and waits until the person is asked. @param {Window} window @param {Sandbox} sandbox @param {string} kind */
async function lose(window, sandbox, kind) {
  await sandbox.fault({ target: 'submit', kind });
  await generate(window);
  return verdictOf(window, 'cannot-look');
}

test('a lost answer is a question: adopted by its id, or paid again for an amount', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-question', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'evolink');
    await newBoard(window, 'Nobody can look this provider up');
    await chooseProvider(window, 'evolink');

    // Taken, and the answer is lost: the person finds it on the provider's page and names it.
    const taken = await lose(window, sandbox, 'hang-up-after');
    const price = `$${Number((taken.price / 1_000_000).toFixed(3))}`;
    if (!(await window.has(`generation-${taken.id}`))) await window.click('queue-pill');
    await until('the evidence', () => window.has(`evidence-${taken.id}`));
    const evidence = String(await window.text(`evidence-${taken.id}`));
    assert.match(evidence, /Sent .*no answer/);
    assert.match(evidence, /EvoLink cannot be searched/);
    assert.ok(!taken.actions.includes('look-up'), 'nothing to look up with');
    await look(window, 'lost-answer/question');
    await window.write(byId('adopt-id'), 'task-that-nobody-has');
    await window.click(`action-adopt-${taken.id}`);
    await until('the refusal in words', () => window.has('adopt-refused'));
    assert.match(String(await window.text('adopt-refused')), /EvoLink knows no task task-that-nobody-has/);
    assert.equal((await newest(window)).state, 'unknown');
    const [paid] = await sandbox.ledger();
    await window.write(byId('adopt-id'), paid.task);
    // By keyboard: Enter in the field adopts.
    await window.driver.keys(KEY.Enter);
    await until('the adopted clip', async () => (await newest(window))?.state === 'done', 60_000);
    assert.equal((await sandbox.ledger()).length, 1, 'adopted and not bought');
    assert.equal((await sandbox.requests())['submit'], 1);

    await window.click('queue-close');

    // Never taken: sending it again asks for the amount, and only the answer to that pays.
    const never = await lose(window, sandbox, 'hang-up-before');
    assert.notEqual(never.id, taken.id);
    await window.click('queue-pill');
    const again = `action-send-again-${never.id}`;
    await until('the button', () => window.has(again));
    assert.match(String(await window.text(again)), new RegExp(`\\${price}`));
    await window.click(again);
    await until('the amount is asked for', () => window.has('confirm'));
    const question = String(await window.text('confirm'));
    assert.match(question, new RegExp(`Send again for \\${price}`));
    assert.match(question, new RegExp(`Spend \\${price}`));
    await look(window, 'lost-answer/amount');
    await window.driver.keys(KEY.Escape);
    await until('the dialog is gone', async () => !(await window.has('confirm')));
    assert.equal((await sandbox.requests())['submit'], 2, 'leaving it pays nothing');
    assert.equal((await newest(window)).state, 'unknown');
    await window.click(again);
    await until('the amount is asked for', () => window.has('confirm'));
    await window.click('confirm-yes');
    await until('the clip', async () => {
      const row = await newest(window);
      return row?.id === never.id && row.state === 'done';
    }, 60_000);
    assert.equal((await sandbox.ledger()).length, 2);
    assert.equal((await sandbox.requests())['submit'], 3);
    assert.equal(clips(window.library).length, 2);
  });
  sandbox.stop();
});
