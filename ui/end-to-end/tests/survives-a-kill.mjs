// @ts-check
/** The program is killed without warning; the next start has everything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window, byId, until, watched } from '../support/window.mjs';

test('after a kill the board, its words and the take are there, and the gallery plays it', { timeout: 180_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('survives-a-kill', windows, async () => {
    await window.write(byId('prompt-editor'), 'Kept through a kill');
    await until('the words are kept', async () => (await window.call('start')).board.shots[0].prompt === 'Kept through a kill');
    await window.click('rehearse');
    await until('the rehearsal', async () => (await window.call('start')).generations.some((/** @type {any} */ one) => one.state === 'done'), 60_000);
    await window.kill();

    window = await Window.open({ library: window.library });
    windows.push(window);
    const start = await window.call('start');
    assert.equal(start.board.shots[0].prompt, 'Kept through a kill');
    await until('the prompt in the window', async () => /Kept through a kill/.test((await window.text('prompt-editor')) ?? ''));
    await until('the rehearsal on the stage', async () => (await window.text('stage-badge')) === 'Rehearsal');
    // What it was made from is known by now, and is the board as it stands.
    await window.call('open_take', { id: start.rehearsal.id });
    await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
    assert.equal(await window.text('stage-badge'), 'Rehearsal');
    // An edit makes it an earlier one, and it stays that after another start.
    await window.write(byId('prompt-editor'), 'Kept, and changed since');
    const changed = async () => (await window.call('start')).board.shots[0].prompt === 'Kept, and changed since';
    await until('the words are kept', changed);
    await window.kill();
    window = await Window.open({ library: window.library });
    windows.push(window);
    await until('the badge', async () => (await window.text('stage-badge')) === 'Rehearsal of an earlier draft');
    await window.click('view-gallery');
    const take = start.rehearsal.id;
    await until('the take in the gallery', () => window.has(`take-${take}`));
    await window.click(`take-${take}`);
    await until('the details', () => window.has('detail-panel'));
    await window.click('detail-play');
    await until('moving pictures', () =>
      window.driver.run('const v = document.querySelector(arguments[0]); return v !== null && v.currentTime > 0.3', byId('take-video')), 20_000);
    await window.driver.run('document.querySelector(arguments[0]).pause()', byId('take-video'));
    // Found by its words, too.
    await window.write(byId('gallery-search'), 'through a kill');
    await until('the same take', () => window.has(`take-${take}`));
    await window.write(byId('gallery-search'), 'nothing like it');
    await until('no take', async () => !(await window.has(`take-${take}`)));
  });
});
