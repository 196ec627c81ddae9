// @ts-check
/**
 * A lost answer at a provider that can be searched: found and adopted without a question where the task is certain, and
 * a question with the tasks that could be it where it is not.
 */
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { chooseProvider, generate, giveKey, newBoard, newest, useSandbox, verdictOf } from '../support/buying.mjs';
import { clips } from '../support/clips.mjs';
import { historyOf } from '../support/history.mjs';
import { look } from '../support/judging.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const SECRET = 'sandbox-key-canary-7f3a';
/** The providers that can be searched, each with another way to lose an answer to a purchase that was taken. */
const SEARCHED = /** @type {const} */ ([
  ['wavespeed', { kind: 'hang-up-after' }],
  ['replicate', { kind: 'half-answer' }],
  ['fal', { kind: 'mangle', status: 502, body: '<html>bad gateway</html>' }],
  ['kling', { kind: 'cut-short' }],
  ['kling-legacy', { kind: 'hang-up-after' }],
]);

/** Buys as the person would at the provider's own page. @param {string} where @param {unknown} body */
async function buyElsewhere(where, body) {
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
  const answer = await fetch(where, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${answer.status}: ${await answer.text()}`);
}

/** @param {Window} window @param {string} id @returns {Promise<any>} */
async function generation(window, id) {
  return (await window.call('start')).generations.find((/** @type {any} */ one) => one.id === id);
}

/** The list answers once, before a purchase, and then not any more. @param {Sandbox} sandbox */
async function onlyFirstList(sandbox) {
  await sandbox.fault({ target: 'list', kind: 'delay', millis: 0 });
  await sandbox.fault({ target: 'list', kind: 'hang-up-before', times: 1000 });
}

/** Opens the queue; the button moves while its words change, so that a press may miss it. @param {Window} window @param {string} id */
async function openQueue(window, id) {
  await until('the row in the queue', async () => {
    if (!(await window.has('queue-drawer'))) await window.click('queue-pill');
    return window.has(`generation-${id}`);
  });
}

/** After a press the button rests a moment; its colours change when that ends. @param {Window} window */
function restEnds(window) {
  const script = 'return document.querySelector(arguments[0]).getAttribute("aria-disabled") === "false"';
  return until('the button to rest no more', () => window.driver.run(script, byId('generate')));
}

/** What has the focus. @param {Window} window @returns {Promise<string | null>} */
function focused(window) {
  return window.driver.run('return document.activeElement?.dataset.testid ?? null');
}

test('where the task is certain it is adopted without a question', { timeout: 420_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-certain', [window], async () => {
    await useSandbox(window, sandbox.origin);
    for (const [provider] of SEARCHED) await giveKey(window, SECRET, provider);
    for (const [index, [provider, fault]] of SEARCHED.entries()) {
      await newBoard(window, `The answer of ${provider} is lost`);
      await chooseProvider(window, provider);
      await sandbox.fault({ target: 'submit', ...fault });
      await generate(window);
      /** @type {Set<string>} */
      const offered = new Set();
      const done = await until(`the clip of ${provider}`, async () => {
        const row = await newest(window);
        if (row?.provider !== provider) return null;
        if (row.state === 'unknown') for (const action of row.actions) offered.add(action);
        return row.state === 'done' ? row : null;
      }, 120_000);
      assert.ok(!offered.has('send-again'), `${provider}: nothing that could pay twice`);
      // Lost and found may be a moment that nobody sees in the window.
      const history = historyOf(window.library, done.id);
      for (const line of ['the answer was lost', 'the lost request was found at the provider'])
        assert.ok(history.includes(line), `${provider}: ${line}: ${history.join('; ')}`);
      assert.ok(!history.includes('the person is asked'), `no question about ${provider}: ${history.join('; ')}`);
      const paid = (await sandbox.ledger()).filter((line) => line.provider === provider);
      assert.equal(paid.length, 1, `${provider}: one paid task`);
      assert.ok(done.remote_id === paid[0].task || done.remote_id.endsWith(`/${paid[0].task}`), done.remote_id);
      assert.equal((await sandbox.requests())['submit'], index + 1, `${provider}: sent once`);
      assert.equal(clips(window.library).length, index + 1);
    }
  });
  sandbox.stop();
});

test('while the list cannot be had it is looked for, and adopted as soon as it can', { timeout: 240_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-looking', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'wavespeed');
    await newBoard(window, 'The list cannot be had for a while');
    await sandbox.fault({ target: 'submit', kind: 'hang-up-after' });
    await onlyFirstList(sandbox);
    await generate(window);
    const { id } = await verdictOf(window, 'looking');
    await openQueue(window, id);
    assert.equal(await window.text(`generation-state-${id}`), 'Being looked for');
    assert.doesNotMatch(String(await window.text('queue-pill')), /need/, 'nothing is asked of the person');
    await until('what is known', async () => /Sent .*no answer\. WaveSpeed is asked for it at /.test(String(await window.text(`evidence-${id}`))));
    await restEnds(window);
    await look(window, 'lost-answer-found/looking');
    for (const action of ['give-up', 'send-again']) assert.equal(await window.has(`action-${action}-${id}`), false, `${action} could pay twice`);
    await sandbox.behave();
    await window.click(`action-look-up-${id}`);
    await until('the adopted clip', async () => (await newest(window))?.state === 'done', 60_000);
    const [{ task }, ...others] = await sandbox.ledger();
    assert.deepEqual([(await newest(window)).remote_id, others.length, (await sandbox.requests())['submit']], [task, 0, 1]);
    await until('the window says so', async () => (await window.text(`generation-state-${id}`)) === 'Done');
    assert.equal(await window.has(`evidence-${id}`), false, 'nothing is asked any more');
  });
  sandbox.stop();
});

test('a provider that cannot be asked is a question: why, and what can be done about it', { timeout: 300_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-not-asked', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'wavespeed');
    await newBoard(window, 'The list is refused for good');
    await sandbox.fault({ target: 'submit', kind: 'hang-up-after' });
    await sandbox.fault({ target: 'list', kind: 'delay', millis: 0 });
    const body = '{"code":400,"message":"this list is not offered any more"}';
    await sandbox.fault({ target: 'list', kind: 'status', status: 400, body, retry_after: null, times: 1000 });
    await generate(window);
    const { id } = await verdictOf(window, 'looking');
    await until('the question', async () => /1 needs you/.test(String(await window.text('queue-pill'))), 60_000);
    await openQueue(window, id);
    await until('why', async () => /WaveSpeed refuses to be asked for it\..*adopt it by its id; otherwise you may leave it/.test(String(await window.text(`generation-problem-${id}`))));
    assert.equal(await window.text(`generation-state-${id}`), 'Needs you');
    const offers = async () => (await generation(window, id)).actions;
    assert.deepEqual(await offers(), ['look-up', 'adopt', 'give-up'], 'nothing that could pay twice');
    assert.equal(await window.has(`settings-${id}`), false, 'no key is missing');
    await restEnds(window);
    await look(window, 'lost-answer-found/refused');

    await window.call('forget_key', { provider: 'wavespeed' });
    await window.click(`action-look-up-${id}`);
    await until('the missing key', async () => /no key for WaveSpeed/.test(String(await window.text(`generation-problem-${id}`))));
    assert.match(String(await window.text(`evidence-${id}`)), /Sent .*no answer\.$/, 'nobody is asked at any hour');
    assert.deepEqual(await offers(), ['look-up', 'adopt', 'give-up']);
    await look(window, 'lost-answer-found/keyless');
    await window.click(`settings-${id}`);
    await giveKey(window, SECRET, 'wavespeed');

    // It is found while the person is asked whether to leave it: the focus goes back to its row, wherever that is by now.
    await openQueue(window, id);
    await window.click(`action-give-up-${id}`);
    await until('the question about leaving it', () => window.has('confirm'));
    await sandbox.behave();
    await window.call('look_up_generation', { id });
    await until('the adopted clip', async () => (await generation(window, id)).state === 'done', 60_000);
    await until('the window says so', async () => (await window.text(`generation-state-${id}`)) === 'Done');
    await window.driver.keys(KEY.Escape);
    await until('no question any more', async () => !(await window.has('confirm')));
    await until('the focus is in its row', async () => (await focused(window)) === `generation-${id}`);
    assert.deepEqual([(await sandbox.ledger()).length, (await sandbox.requests())['submit']], [1, 1]);
  });
  sandbox.stop();
});

test('tasks that could be it are a question: chosen by pointer', { timeout: 300_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-several', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'wavespeed');
    await newBoard(window, 'One of two tasks is this one');
    await sandbox.fault({ target: 'submit', kind: 'hang-up-after' });
    // Not looked for again before somebody has ordered at the provider's own page too.
    await onlyFirstList(sandbox);
    await generate(window);
    await verdictOf(window, 'looking');
    await buyElsewhere(`${sandbox.origin}/wavespeed/api/v3/kwaivgi/kling-v3.0-std/text-to-video`, {
      prompt: 'Somebody else', duration: 5, aspect_ratio: '16:9', sound: false,
    });
    await sandbox.behave();
    const { id } = await newest(window);
    await openQueue(window, id);
    await window.click(`action-look-up-${id}`);
    const row = await verdictOf(window, 'several');
    const [ours, theirs] = (await sandbox.ledger()).map((line) => line.task);
    assert.deepEqual(row.evidence.candidates.map((/** @type {any} */ one) => one.remote_id).toSorted(), [ours, theirs].toSorted());
    await until('both tasks', async () => (await window.has(`adopt-candidate-${ours}`)) && window.has(`adopt-candidate-${theirs}`));
    assert.match(String(await window.text(`evidence-${id}`)), /Sent .*no answer\. 2 tasks at WaveSpeed could be it\. Adopt the right one\?/);
    await restEnds(window);
    await look(window, 'lost-answer-found/several');
    for (const action of ['look-up', 'give-up', 'send-again']) assert.ok(await window.has(`action-${action}-${id}`), action);

    await window.click(`adopt-candidate-${ours}`);
    await until('the adopted clip', async () => (await newest(window))?.state === 'done', 60_000);
    assert.equal((await newest(window)).remote_id, ours);
    assert.equal((await sandbox.ledger()).length, 2, 'nothing was bought but what was there');
    assert.equal((await sandbox.requests())['submit'], 2);
    assert.equal(clips(window.library).length, 1);
  });
  sandbox.stop();
});

test('two answers are lost and one task is there: each says what it knows of it', { timeout: 300_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('lost-answer-two', [window], async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'replicate');
    /** @param {string} words @param {string} kind */
    const lose = async (words, kind) => {
      await newBoard(window, words);
      await chooseProvider(window, 'replicate');
      await sandbox.fault({ target: 'submit', kind });
      const before = (await newest(window))?.id;
      await generate(window);
      return until('the next lost one', async () => {
        const row = await newest(window);
        return row?.id !== before && row?.state === 'unknown' ? row : null;
      }, 60_000);
    };
    const never = await lose('This one never arrived', 'hang-up-before');
    const taken = await lose('This one was taken', 'hang-up-after');
    const verdict = async (/** @type {any} */ { id }) => (await generation(window, id)).evidence?.verdict;
    await until('the question about the one that was taken', async () => (await verdict(taken)) === 'several', 120_000);
    await openQueue(window, never.id);
    await window.click(`action-look-up-${never.id}`);
    await until('the question about the other', async () => (await verdict(never)) === 'several', 120_000);
    const [{ task }] = await sandbox.ledger();
    const rows = [taken, never].map(({ id }) => `${byId(`generation-${id}`)} ${byId(`adopt-candidate-${task}`)}`);
    await until('the task in both', async () => (await window.driver.find(rows[0] ?? '')) && window.driver.find(rows[1] ?? ''));
    const [ours, other] = await Promise.all([taken, never].map(({ id }) => window.text(`generation-${id}`)));
    // This provider shows what was asked of it, so the wrong one is told from the right one.
    assert.match(String(ours), /no answer\. One task at Replicate could be it\. Adopt it\? Another request of this kind is lost too/);
    assert.doesNotMatch(String(ours), /not the one that was sent/);
    assert.match(String(other), /Replicate shows 1 new task, but not with the request that was sent/);
    assert.match(String(other), /Its request is not the one that was sent/);
    await look(window, 'lost-answer-found/two-lost');

    await window.click(rows[0] ?? '');
    await until('the adopted clip', async () => (await generation(window, taken.id)).state === 'done', 60_000);
    assert.equal((await generation(window, taken.id)).remote_id, task);
    // The task has an owner now: the other one is looked for again, and nothing was sent for it.
    await window.click(`action-look-up-${never.id}`);
    await until('the other is looked for', async () => (await verdict(never)) === 'looking', 120_000);
    assert.equal((await sandbox.ledger()).length, 1);
    assert.equal((await sandbox.requests())['submit'], 2, 'one for each press');
    assert.equal(clips(window.library).length, 1);
  });
  sandbox.stop();
});

test('a library that was put back finds one task and asks: adopted by keyboard', { timeout: 300_000 }, async () => {
  const sandbox = await Sandbox.start();
  let window = await Window.open();
  const { library } = window;
  const copy = `${library}-of-yesterday`;
  const windows = [window];
  await watched('lost-answer-put-back', windows, async () => {
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'wavespeed');
    await newBoard(window, 'Bought after the copy was made');
    // Confirmed, and held before it is sent.
    await sandbox.fault({ target: 'list', kind: 'hang-up-before', times: 1000 });
    await generate(window);
    await until('one that waits', async () => (await newest(window))?.problem);
    const { id } = await newest(window);
    await window.askToEnd();
    cpSync(library, copy, { recursive: true });
    await sandbox.behave();

    window = await Window.open({ library });
    windows.push(window);
    await until('the clip', async () => (await newest(window))?.state === 'done', 60_000);
    await window.askToEnd();
    rmSync(library, { recursive: true });
    cpSync(copy, library, { recursive: true });
    rmSync(copy, { recursive: true });

    window = await Window.open({ library });
    windows.push(window);
    assert.equal((await verdictOf(window, 'several')).id, id);
    const [{ task }] = await sandbox.ledger();
    await openQueue(window, id);
    await until('the task', () => window.has(`adopt-candidate-${task}`));
    assert.match(String(await window.text(`evidence-${id}`)), /put back, so it may have been sent since it was confirmed\. One task at WaveSpeed could be it\. Adopt it\?/);
    assert.ok(String(await window.text(`generation-${id}`)).includes(task), 'the task is named whole');
    await look(window, 'lost-answer-found/put-back');
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId('queue-drawer'));
    /** @type {(string | null)[]} */
    const passed = [];
    while (passed.length < 7) {
      await window.driver.keys(KEY.Tab);
      passed.push(await focused(window));
    }
    const adopt = `adopt-candidate-${task}`;
    assert.deepEqual(passed, [
      'queue-close', adopt, 'adopt-id', `action-look-up-${id}`, `action-give-up-${id}`, `action-send-again-${id}`, 'queue-close',
    ], 'in the order they are read, and round again');
    await window.driver.keys(KEY.Tab);
    assert.equal(await focused(window), adopt);
    await window.driver.keys(KEY.Enter);
    await until('the adopted clip', async () => (await newest(window))?.state === 'done', 60_000);
    await until('the focus went with the row', async () => (await focused(window)) === `generation-${id}`);
    await until('the window says so', () => window.has(`show-${id}`));
    await window.driver.keys(KEY.Tab);
    const at = 'return document.activeElement?.closest("li[data-state]")?.dataset.testid ?? null';
    assert.equal(await window.driver.run(at), `generation-${id}`, 'and goes on from there');
    assert.equal((await newest(window)).remote_id, task);
    assert.equal((await sandbox.ledger()).length, 1);
    assert.equal((await sandbox.requests())['submit'], 1);
    assert.equal(clips(window.library).length, 1);
  });
  sandbox.stop();
});
