// @ts-check
/** The same board without a pointer: three shots, words, seconds, a rehearsal; each result is spoken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clips, probe } from '../support/clips.mjs';
import { dollars, priceOf } from '../support/money.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

test('a clip is composed by keyboard only', { timeout: 180_000 }, async () => {
  const window = await Window.open();
  await watched('compose-by-keyboard', [window], async () => {
    const { driver } = window;
    const price = (/** @type {number} */ micro) =>
      until(`the price ${dollars(micro)}`, async () => (await window.text('price-total'))?.trim() === dollars(micro));
    const spoken = () => driver.run('return [...document.querySelectorAll("[aria-live]")].map((e) => e.textContent).join(" ")');
    const promptHasFocus = () =>
      until('the prompt has the focus', () => driver.run('return document.activeElement?.closest(arguments[0]) !== null', byId('prompt-editor')));
    await driver.keys([KEY.Control, 'n']);
    await price(priceOf('std', 5));

    // A new board begins with its words; Escape leads from there to its shot.
    await promptHasFocus();
    await driver.keys(KEY.Escape);
    await tabTo(window, 'shot-1');
    await driver.keys('a');
    await until('two shots', () => window.has('shot-2'));
    await driver.keys('a');
    await until('three shots', () => window.has('shot-3'));
    await price(priceOf('std', 15));
    await until('a spoken result', async () => /3/.test(await spoken()));

    // Shot 3 from five seconds to three, shot 1 to four.
    await tabTo(window, 'shot-3');
    await driver.keys([KEY.Shift, KEY.Left], [KEY.Shift, KEY.Left]);
    await price(priceOf('std', 13));
    await driver.keys(KEY.Home, [KEY.Shift, KEY.Left]);
    await price(priceOf('std', 12));

    for (const words of ['A door opens', 'The sea behind it', 'A gull looks in']) {
      await driver.keys(KEY.Enter);
      await promptHasFocus();
      await driver.type(words);
      // The first Escape may only close a list of suggestions.
      await until('the timeline has the focus again', async () => {
        await driver.keys(KEY.Escape);
        return driver.run('return document.activeElement?.dataset.testid?.startsWith("shot-") ?? false');
      });
      await driver.keys(KEY.Right);
    }
    const board = await until('the words are kept', async () => {
      const { board } = await window.call('start');
      return board.shots[2]?.prompt === 'A gull looks in' ? board : null;
    });
    assert.deepEqual(
      board.shots.map((/** @type {any} */ shot) => [shot.seconds, shot.prompt]),
      [[4, 'A door opens'], [5, 'The sea behind it'], [3, 'A gull looks in']],
    );
    // The same for who does not see the timeline.
    assert.match((await driver.run('return document.querySelector(arguments[0])?.textContent', byId('shots-list'))) ?? '', /The sea behind it/);

    await driver.keys([KEY.Control, 'z']);
    await until('an undone word or shot', async () => (await window.call('start')).board.shots[2].prompt !== 'A gull looks in');
    await driver.keys([KEY.Control, KEY.Shift, 'z']);
    await until('and again', async () => (await window.call('start')).board.shots[2].prompt === 'A gull looks in');

    await driver.keys([KEY.Control, 'r']);
    await until('the rehearsal', () => driver.run('const v = document.querySelector(arguments[0]); return v !== null && v.readyState >= 2', byId('player-video')), 60_000);
    const [file] = clips(window.library);
    assert.ok(file);
    assert.equal(probe(file).frames, 12 * 24);
  });
});

/** Moves the focus with Tab until it is where it shall be. @param {Window} window @param {string} id */
async function tabTo(window, id) {
  for (let step = 0; step < 120; step += 1) {
    if (await window.driver.run('return document.activeElement?.dataset.testid === arguments[0]', id)) return;
    await window.driver.keys(KEY.Tab);
  }
  throw new Error(`Tab never reaches ${id}`);
}
