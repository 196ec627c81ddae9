// @ts-check
/** Views that are seen less often, in both sizes and themes: a picture with a finding, the trashes, the rest of the settings. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { newBoard } from '../support/buying.mjs';
import { paint } from '../support/clips.mjs';
import { dropFiles } from '../support/drag.mjs';
import { barriers, cuts, look } from '../support/judging.mjs';
import { KEY, Window, byId, folder, until, watched } from '../support/window.mjs';

test('what is seen less often is whole, too', { timeout: 240_000 }, async () => {
  const window = await Window.open();
  await watched('looks-at-rest', [window], async () => {
    const { driver } = window;
    await window.click('rehearse');
    const take = await until('a rehearsal', async () => (await window.call('start')).rehearsal?.id, 60_000);

    await newBoard(window, 'A picture that is too small');
    await dropFiles(window, byId('well-first'), [paint(path.join(folder('pictures'), 'small.png'), '200x200')]);
    await until('the finding', () => driver.find(byId('well-first-finding')));
    // By keyboard the remedy is read, and seen where there is room for it.
    await driver.run('document.querySelector(arguments[0]).focus()', `${byId('well-first')} .picture`);
    const said = await driver.run('return document.querySelector(arguments[0]).textContent', byId('well-first-finding'));
    assert.match(said, /larger/);
    await look(window, 'looks/well-finding');

    await newBoard(window, 'A board for the trash');
    const board = (await window.call('start')).board.id;
    await driver.run('document.querySelector(arguments[0]).focus()', byId(`board-${board}`));
    await driver.keys(KEY.Delete);
    await window.click('board-trash');
    await until('it lies there', () => driver.find(byId(`board-${board}`)));
    await look(window, 'looks/boards-trash');
    await window.click('board-trash');

    await window.click('settings-open');
    for (const section of ['money', 'keyboard']) {
      await window.click(`settings-${section}`);
      await look(window, `looks/settings-${section}`);
    }

    // Behind a key for this session that is forgotten stands the keychain's: it is used when somebody says so.
    const kept = { provider: 'wavespeed', account: '', session_only: false };
    await window.call('set_key', { ...kept, key: 'a-kept-key-1111' });
    await window.call('set_key', { ...kept, key: 'a-short-lived-key-2222', session_only: true });
    const place = (/** @type {string} */ of) => until(`a key that is ${of}`, async () =>
      (await driver.run('return document.querySelector(arguments[0])?.dataset.place', byId('key-state-wavespeed'))) === of);
    await place('session');
    await driver.run('document.querySelector(arguments[0]).focus()', byId('key-forget-wavespeed'));
    await driver.keys(KEY.Enter);
    await window.click(await until('the question', async () => ((await window.has('confirm-yes')) ? 'confirm-yes' : null)));
    await place('held-in-keychain');
    await look(window, 'looks/key-held');
    await driver.run('document.querySelector(arguments[0]).focus()', byId('key-use-wavespeed'));
    await driver.keys(KEY.Enter);
    await place('keychain');
    assert.match(String(await window.text('key-state-wavespeed')), /1111/);

    await window.click('view-gallery');
    await window.click(await until('the take', async () => ((await window.has(`take-${take}`)) ? `take-${take}` : null)));
    await until('its details', () => window.has('detail-panel'));
    await driver.keys('4');
    await until('four stars', async () => (await window.call('open_take', { id: take })).take.rating === 4);
    await look(window, 'looks/rated');
    // In a narrow window the filters lie folded.
    await window.click('gallery-filters');
    await driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
    await window.keepPicture('looks/filters-1024x680-light');
    assert.deepEqual([...(await cuts(window)), ...(await barriers(window))], []);
    await window.click('gallery-filters');
    await window.click(`take-${take}`);
    await driver.keys(KEY.Delete);
    await until('no take', async () => !(await window.has(`take-${take}`)));
    await window.click('gallery-filters');
    await window.click('gallery-trash');
    await until('it lies in the trash', () => window.has(`take-${take}`));
    await look(window, 'looks/gallery-trash');
  });
});
