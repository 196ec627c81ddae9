// @ts-check
/** The real program killed in every state of a purchase, and answers that are lost: never paid twice, always a next action. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useAddress } from '../support/buying.mjs';
import { paint } from '../support/clips.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { Window, folder, until, watched } from '../support/window.mjs';
import path from 'node:path';

const KEY = 'sandbox-key-0b1c2d3e4f5a6b';

/** @type {{ state: string, fault: Record<string, unknown> | null, end: string, paid: number }[]} */
const CASES = [
  { state: 'queued', fault: { target: 'list', kind: 'hang-up-before', times: 1000 }, end: 'done', paid: 1 },
  { state: 'preparing', fault: { target: 'upload', kind: 'delay', millis: 8000 }, end: 'done', paid: 1 },
  { state: 'submitting', fault: { target: 'submit', kind: 'delay', millis: 8000 }, end: 'done', paid: 1 },
  { state: 'running', fault: { target: 'submit', kind: 'never-ready' }, end: 'done', paid: 1 },
  { state: 'downloading', fault: { target: 'download', kind: 'delay', millis: 8000 }, end: 'done', paid: 1 },
  { state: 'unknown', fault: { target: 'submit', kind: 'hang-up-before' }, end: 'unknown', paid: 0 },
];

test('killed in any state, a generation ends done or with a question, and is paid at most once', { timeout: 420_000 }, async () => {
  for (const { state, fault, end, paid } of CASES) {
    const sandbox = await Sandbox.start();
    let window = await Window.open();
    /** @type {Window[]} */
    const windows = [window];
    await watched(`killed-${state}`, windows, async () => {
      await useAddress(window, sandbox.base);
      await giveKey(window, KEY);
      await newBoard(window, `Killed while ${state}`);
      const taken = await window.call('take_in_path', { path: paint(path.join(folder('pictures'), 'f.png')) });
      const { board } = await window.call('start');
      await window.call('save_board', { board: { ...board, first_frame: taken.frame } });
      await window.close();
      window = await Window.open({ library: window.library });
      windows.push(window);
      if (fault) await sandbox.fault(fault);
      await window.click('view-compose');
      await generate(window);
      await until(`the state ${state}`, async () => (await newest(window))?.state === state, 30_000);
      if (state === 'submitting') await until('the provider has taken it', async () => (await sandbox.ledger()).length === 1);
      await window.kill();
      await sandbox.behave();

      window = await Window.open({ library: window.library });
      windows.push(window);
      const row = await until(`${state} ends ${end}`, async () => {
        const one = await newest(window);
        return one?.state === end ? one : null;
      }, 60_000);
      assert.equal((await sandbox.ledger()).length, paid, `paid after ${state}`);
      assert.ok(((await sandbox.requests())['submit'] ?? 0) <= 1, 'sent at most once');
      if (end === 'unknown') {
        await window.click('queue-pill');
        await until('the question in the drawer', () => window.has(`evidence-${row.id}`));
        for (const action of ['look-up', 'adopt']) assert.ok(row.actions.includes(action), action);
        await until('the way to adopt it', () => window.has(`action-adopt-${row.id}`));
      }
    });
    sandbox.stop();
  }
});

test('a lost answer is found at the provider and adopted by itself', { timeout: 120_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, KEY);
    await newBoard(window, 'An answer is lost');
    await sandbox.fault({ target: 'submit', kind: 'hang-up-after' });
    await generate(window);
    await until('the clip', async () => (await newest(window))?.state === 'done', 60_000);
    assert.equal((await sandbox.ledger()).length, 1);
    assert.equal((await sandbox.requests())['submit'], 1);
  });
  sandbox.stop();
});

test('asked to end while a purchase is on its way, it waits for the answer', { timeout: 120_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('asked-to-end', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, KEY);
    await newBoard(window, 'The system shuts down');
    await sandbox.fault({ target: 'submit', kind: 'delay', millis: 3_000 });
    await generate(window);
    await until('a purchase on its way', async () => (await sandbox.ledger()).length === 1, 30_000);
    await window.askToEnd();
    // Nobody could look a lost answer up now: what is done afterwards is done because the answer was heard.
    await sandbox.fault({ target: 'list', kind: 'hang-up-before', times: 1000 });
  });
  const again = await Window.open({ library: window.library });
  await watched('asked-to-end-again', [again], async () => {
    await until('the clip', async () => (await newest(again))?.state === 'done', 60_000);
    assert.equal((await sandbox.ledger()).length, 1);
    assert.equal((await sandbox.requests())['submit'], 1);
  });
  sandbox.stop();
});
