// @ts-check
/** The smallest window: boards are named, trashed, put back and found there as in a wide one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { newBoard } from '../support/buying.mjs';
import { KEY, Window, byId, until, watched } from '../support/window.mjs';

const F10 = '\uE03A';
/** How long a list would need to go again, were it to, in milliseconds. */
const REST = 300;

test('in the narrow rail a board is trashed, put back and found', { timeout: 120_000 }, async () => {
  const window = await Window.open({ width: 1024, height: 680 });
  await watched('narrow-window', [window], async () => {
    const { driver } = window;
    await until('the narrow form', () => driver.run('return matchMedia("(max-width: 1180px)").matches'));
    const openBoard = async () => (await window.call('start')).board.id;
    const sample = await openBoard();
    await newBoard(window, 'A heron wades through the reeds');
    const added = await until('the new board', async () => {
      const id = await openBoard();
      return id === sample ? null : id;
    });
    const row = `[data-board-row="${added}"]`;
    const tile = byId(`board-${added}`);
    /** @param {boolean} trashed @returns {Promise<string[]>} */
    const listed = async (trashed) =>
      (await window.call('list_boards', { search: '', trashed })).map((/** @type {any} */ one) => one.id);
    /** @returns {Promise<string[]>} */
    const rows = () => driver.run('return [...document.querySelectorAll("[data-board-row]")].map((one) => one.dataset.boardRow)');
    /** The test id of what has the focus in the row. @returns {Promise<string | null>} */
    const focused = () =>
      driver.run('const at = document.activeElement; return at?.closest(arguments[0]) ? at.dataset.testid : null', row);
    const focusTile = () => driver.run('document.querySelector(arguments[0]).focus()', tile);
    const menuIsOpen = () => driver.run('return document.querySelector(arguments[0]).matches(":popover-open")', `${row} [role=menu]`);
    const seen = (/** @type {string} */ css) =>
      driver.run('return document.querySelector(arguments[0]).checkVisibility({ opacityProperty: true, visibilityProperty: true })', css);
    await until('its tile', () => driver.find(tile));

    // The dots are reached by Tab, and show while they have the focus.
    await focusTile();
    await driver.keys(KEY.Tab);
    assert.equal(await focused(), 'board-options');
    assert.equal(await seen(`${row} ${byId('board-options')}`), true);

    // A right click opens the same list, which stays when the button comes up.
    const element = await window.element(tile);
    await driver.pointer([driver.at(element), { type: 'pointerDown', button: 2 }, { type: 'pointerUp', button: 2 }]);
    await until('the list under the pointer', menuIsOpen);
    await pause(REST);
    assert.equal(await menuIsOpen(), true, 'it stays');
    await driver.keys(KEY.Escape);
    await until('a closed list', async () => !(await menuIsOpen()));

    // By keyboard into the trash.
    await focusTile();
    await driver.keys([KEY.Shift, F10]);
    await until('the first of the list', async () => (await focused()) === 'board-rename');
    await driver.keys(KEY.Down, KEY.Down);
    assert.equal(await focused(), 'board-trash-one');
    await driver.keys(KEY.Enter);
    await until('the board in the trash', async () => (await listed(true)).includes(added));
    await until('the one that is left', async () => (await openBoard()) === sample);

    // There it is a control with a name, and a press puts it back.
    await window.click('board-trash');
    await until('the trash', async () => (await rows()).join() === added);
    const control = await driver.run(
      `const tile = document.querySelector(arguments[0]);
      return { off: tile.disabled || tile.getAttribute('aria-disabled') === 'true', name: tile.getAttribute('aria-label') };`,
      tile,
    );
    assert.equal(control.off, false);
    assert.match(control.name, /in the trash\. Press to put it back/);
    await window.click(`board-${added}`);
    await until('the board is back', async () => (await listed(false)).includes(added));
    assert.deepEqual(await listed(true), []);
    await until('an empty trash', async () => (await rows()).length === 0);
    await window.click('board-trash');
    await until('both tiles', async () => (await rows()).length === 2);

    // The search unfolds beside the rail, folds when it is left, and its button ends it.
    const pressed = () => driver.run('return document.querySelector(arguments[0]).ariaPressed', byId('board-search-open'));
    assert.equal(await seen(byId('board-search')), false);
    assert.equal(await pressed(), 'false');
    await window.click('board-search-open');
    await until('the field', async () =>
      (await driver.run('return document.activeElement?.dataset.testid ?? null')) === 'board-search');
    await driver.type('heron');
    await until('the one with the word', async () => (await rows()).join() === added);
    await driver.keys(KEY.Tab);
    await until('a folded field', async () => !(await seen(byId('board-search'))));
    assert.equal(await focused(), `board-${added}`);
    assert.equal(await pressed(), 'true');
    await window.click('board-search-open');
    await until('every board', async () => (await rows()).length === 2);
    assert.equal(await pressed(), 'false');
  });
});
