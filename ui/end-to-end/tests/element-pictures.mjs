// @ts-check
/** An element shown by pictures: dropped from another program, counted, put in order, undone by name. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { chooseProvider, newBoard } from '../support/buying.mjs';
import { paint } from '../support/clips.mjs';
import { dropFiles } from '../support/drag.mjs';
import { KEY, Window, byId, folder, until, watched } from '../support/window.mjs';

test('pictures are dropped on an element and the frontal one is chosen', { timeout: 120_000 }, async () => {
  const window = await Window.open();
  await watched('element-pictures', [window], async () => {
    await newBoard(window, 'A fisherwoman unties a rope');
    await chooseProvider(window, 'fal');
    await window.click('elements-fold');
    await window.click('add-element');
    const focused = () => window.driver.run('return document.activeElement?.dataset.testid');
    await until('the keyboard in its name', async () => (await focused()) === 'element-name-1');
    await window.write(byId('element-name-1'), 'mara');
    const element = async () => (await window.call('start')).board.elements[0];
    await until('the name', async () => (await element())?.name === 'mara');
    assert.equal(await window.has('element-id-1'), false, 'fal knows no ids of elements');
    assert.equal((await window.text('element-picture-count-1'))?.trim(), '0 of 2–4');

    const place = folder('pictures');
    const files = [paint(path.join(place, 'side.png'), '640x640', 'xc:#804020'), paint(path.join(place, 'front.png'), '640x640', 'xc:#208040')];
    await window.driver.run('document.querySelector(arguments[0]).scrollIntoView({ block: "center" })', byId('element-pictures-1'));
    await dropFiles(window, byId('element-pictures-1'), files);
    const pictures = await until('two pictures', async () => {
      const { pictures } = await element();
      return pictures.length === 2 ? pictures.map((/** @type {any} */ one) => one.id) : null;
    });
    assert.equal((await window.text('element-picture-count-1'))?.trim(), '2 of 2–4');
    await window.write(byId('element-description-1'), 'a fisherwoman in a yellow coat');
    await until('the description', async () => (await element()).description === 'a fisherwoman in a yellow coat');

    await window.click('element-picture-1-2');
    await window.click('element-frontal-1-2');
    await until('the other one first', async () => (await element()).pictures[0].id === pictures[1]);
    await window.keepPicture('element-pictures/fal');
    assert.match((await window.driver.run('return document.querySelector(arguments[0]).dataset.tip ?? document.querySelector(arguments[0]).getAttribute("aria-label")', byId('undo'))) ?? '', /frontal picture of @mara/i);
    await window.click('undo');
    await until('the first one first again', async () => (await element()).pictures[0].id === pictures[0]);
    assert.equal(await window.has('finding-element-pictures-count'), false, 'nothing is wrong with it');

    // A picture that the provider does not read is converted where it stands, by keyboard.
    const odd = paint(path.join(place, 'back.gif'), '640x640', 'xc:#203080');
    await dropFiles(window, byId('element-pictures-1'), [odd]);
    await until('the offer', () => window.has('element-mend-1-3-convert'));
    await window.keepPicture('element-pictures/mend');
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId('element-mend-1-3-convert'));
    await window.driver.keys(KEY.Enter);
    await until('a PNG in its place', async () => (await element()).pictures[2]?.format === 'png');
    await until('no offer', async () => !(await window.has('element-mend-1-3-convert')));
    assert.equal(await focused(), 'element-picture-1-3', 'who works by keyboard goes on at the picture');

    // Whoever removes it by keyboard goes on where the next is added.
    await window.driver.run('document.querySelector(arguments[0]).focus()', byId('element-remove-1'));
    await window.driver.keys(KEY.Enter);
    await until('no element', async () => (await element()) === undefined);
    assert.equal(await focused(), 'add-element');
  });
});
