// @ts-check
/** Keys that were meant for one thing never act on another: not on the shots behind, not on money out of sight. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

test('keys meant for a board, a field or the gallery reach no shot and buy nothing', { timeout: 120_000 }, async () => {
  const window = await Window.open();
  await watched('keys-keep-to-their-place', [window], async () => {
    const { driver } = window;
    const openBoard = async () => (await window.call('start')).board;
    const focused = () => driver.run('return document.activeElement?.dataset.testid ?? null');
    const { board, generations } = await window.call('start');
    const sample = board.id;
    assert.equal(board.shots.length, 3);

    // A negative prompt that is emptied while it is written stays under the hands.
    await driver.keys([KEY.Control, 'n']);
    const added = await until('a new board', async () => {
      const { id } = await openBoard();
      return id === sample ? null : id;
    });
    const written = (/** @type {string} */ words) =>
      until('the words', async () => (await openBoard()).negative_prompt === words);
    await window.click('negative-prompt-fold');
    await window.click('negative-prompt');
    await driver.type('blur');
    await written('blur');
    // A page in which nobody has unfolded it: it stands open because there are words.
    await driver.run('delete document.documentElement.dataset.ready; location.reload()');
    await window.drawn();
    await window.click('negative-prompt');
    await driver.keys([KEY.Control, 'a'], KEY.Backspace);
    await driver.type('smoke, a masked dog');
    await written('smoke, a masked dog');
    assert.equal((await openBoard()).shots.length, 1);
    await window.click('negative-prompt-fold');
    await until('it folds though it has words', async () => !(await window.has('negative-prompt')));

    // The gallery shows no price: what would buy shows it first, and asks for no key either.
    await driver.keys([KEY.Control, '2']);
    await until('the gallery', () => window.has('gallery'));
    await driver.keys([KEY.Control, KEY.Enter]);
    await until('the price', async () => !(await window.has('gallery')) && (await window.text('price-total')) !== '');
    assert.equal(await window.has('settings'), false);
    assert.equal((await window.call('start')).generations.length, generations.length);

    // Undo there is no step of the board.
    await driver.keys([KEY.Control, '2']);
    await until('the gallery', () => window.has('gallery'));
    await driver.keys([KEY.Control, 'z']);
    await until('a notice', async () => /Nothing to undo/.test((await window.text('toast')) ?? ''));
    assert.equal((await openBoard()).negative_prompt, 'smoke, a masked dog');

    // The open board goes, the one below it is opened and has the focus: the next key takes that one, and no shot.
    await driver.keys([KEY.Control, 'n']);
    const newest = await until('one more board', async () => {
      const { id } = await openBoard();
      return [sample, added].includes(id) ? null : id;
    });
    await until('its row', () => window.has(`board-${newest}`));
    await window.click(`board-${added}`);
    await until('the middle one', async () => (await openBoard()).id === added);
    await driver.run('document.querySelector(arguments[0]).focus()', byId(`board-${added}`));
    await driver.keys(KEY.Delete);
    await until('the focus on the one below', async () => (await focused()) === `board-${sample}`);
    await until('the one below', async () => (await openBoard()).id === sample);
    await driver.keys(KEY.Backspace);
    const gone = await until('the sample in the trash', async () => {
      const trashed = await window.call('list_boards', { search: '', trashed: true });
      return trashed.find((/** @type {any} */ board) => board.id === sample);
    });
    assert.equal(gone.shots, 3, 'no key reached its shots');
    await until('the one that is left', async () => (await openBoard()).id === newest);
    await until('its row with the focus', async () => (await focused()) === `board-${newest}`);
  });
});
