// @ts-check
/** Words that mean harm, on boards, in a provider's reasons and in what is found there: shown as they are, never run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, giveKey, newBoard, newest, useAddress, useSandbox } from '../support/buying.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const SECRET = 'sandbox-key-canary-7f3a';
const RUN = 'window.ran=1';
/** Where a word would have to end something before it begins. */
const ENDINGS = ['', '"', "'", '>', '">', "'>", '-->', '</title>', '</textarea>', '</style></script>'];
/** What would run. */
const BEGINNINGS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<a href="javascript:${RUN}">a</a>`,
  `<details open ontoggle=${RUN}>`,
  `<math><mtext><style><img src=x onerror=${RUN}></style></mtext></math>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
];
/** A hundred of them. */
const WORDS = ENDINGS.flatMap((ending) => BEGINNINGS.map((beginning) => ending + beginning));

/** Nothing of the words became part of the page. @param {Window} window @param {string} where */
async function nothingRan(window, where) {
  const found = await window.driver.runLong(`setTimeout(() => done({
    ran: window.ran ?? null,
    made: [...document.querySelectorAll('iframe, math, details[ontoggle], img[src="x"], [onerror], [onload], [ontoggle], a[href^="javascript"], body script')].map((one) => one.outerHTML.slice(0, 80)),
  }), 60)`);
  assert.deepEqual(found, { ran: null, made: [] }, where);
}

test('a hundred hostile words on boards are names and prompts', { timeout: 180_000 }, async () => {
  assert.equal(WORDS.length, 100);
  const first = await Window.open();
  await watched('hostile-boards', [first], async () => {
    const { board } = await first.call('start');
    for (const [index, words] of WORDS.entries()) {
      const id = `hostile-${index}`;
      const changed = { ...board, id, name: words, prompt: words, negative_prompt: words };
      changed.shots = board.shots.map((/** @type {any} */ shot) => ({ ...shot, prompt: words }));
      await first.call('save_board', { board: changed });
    }
    await first.askToEnd();
    const window = await Window.open({ library: first.library });
    await watched('hostile-boards-again', [window], async () => {
      await window.click('view-compose');
      await until('every board in the list', async () =>
        (await window.driver.run('return document.querySelectorAll(arguments[0]).length', `${byId('board-list')} [data-testid^="board-hostile-"]`)) === WORDS.length);
      const shown = await window.driver.run(
        'return [...document.querySelectorAll(arguments[0])].map((row) => [row.dataset.testid, row.querySelector(".name").textContent, row.dataset.tip])',
        `${byId('board-list')} [data-testid^="board-hostile-"]`);
      for (const [testid, name, tip] of shown) {
        const words = WORDS[Number(testid.replace('board-hostile-', ''))];
        assert.equal(name, words);
        assert.equal(tip, words);
      }
      await nothingRan(window, 'the list of boards');
      // Each kind once in the editor, the inspector and the rehearsal's picture.
      for (const index of BEGINNINGS.keys()) {
        await window.click(`board-hostile-${index}`);
        await until('it is open', async () => (await window.call('start')).board.id === `hostile-${index}`);
        await nothingRan(window, WORDS[index] ?? '');
      }
    });
  });
});

test('hostile words of a provider are words', { timeout: 180_000 }, async () => {
  const sandbox = await Sandbox.start();
  const window = await Window.open();
  await watched('hostile-provider', [window], async () => {
    await useAddress(window, sandbox.base);
    await giveKey(window, SECRET);
    const reason = BEGINNINGS.slice(0, 4).join(' ');
    await sandbox.fault({ target: 'submit', kind: 'fail-task', reason, times: 1 });
    await newBoard(window, 'Fails with hostile words');
    await generate(window);
    const row = await until('its end', async () => {
      const one = await newest(window);
      return one?.state === 'failed' ? one : null;
    });
    await window.click('queue-pill');
    await until('the reason in the drawer', () => window.has(`generation-problem-${row.id}`));
    assert.ok(row.problem.message.includes(BEGINNINGS[1]), 'the window knows the provider\'s own words');
    await nothingRan(window, 'the drawer');

    for (const prompt of BEGINNINGS.slice(0, 5)) {
      const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ input: { prompt, duration: 4, mode: 'standard', aspect_ratio: '16:9' } });
      const answer = await fetch(`${sandbox.origin}/replicate/v1/models/kwaivgi/kling-v3-video/predictions`, { method: 'POST', headers, body });
      assert.ok(answer.ok, await answer.text());
    }
    await window.driver.keys(KEY.Escape);
    await useSandbox(window, sandbox.origin);
    await giveKey(window, SECRET, 'replicate');
    await window.click('find-paid-replicate');
    await until('what is there', async () => (await window.driver.run('return document.querySelectorAll(arguments[0]).length', byId('found-task'))) === 5);
    const list = await window.text('found-list');
    for (const words of BEGINNINGS.slice(0, 5)) assert.ok(list?.includes(words), words);
    await nothingRan(window, 'what was found');
  });
});
