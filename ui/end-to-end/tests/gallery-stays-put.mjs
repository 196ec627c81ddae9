// @ts-check
/** What a press in the detail panel is aimed at is still there when it lands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window, byId, until, watched } from '../support/window.mjs';

/** The places of everything that can be pressed in the panel, right after a take is chosen and once all is known of it. */
const CHOOSE = `
  const places = () => Object.fromEntries([...document.querySelectorAll('[data-testid^="detail-"], [data-testid^="rate-"]')]
    .filter((one) => one.matches('button, input'))
    .map((one) => { const { left, top, width } = one.getBoundingClientRect(); return [one.dataset.testid, [left, top, width]]; }));
  document.querySelector(arguments[0]).click();
  const look = () => {
    if (!document.querySelector('[data-testid="detail-panel"]')) return requestAnimationFrame(look);
    const before = places();
    const wait = () => document.querySelector('[data-testid="detail-panel"] .with-copy .size')
      ? requestAnimationFrame(() => done([before, places()])) : requestAnimationFrame(wait);
    wait();
  };
  look();`;

test('nothing in the detail panel moves when the rest of a take becomes known, and an early press of play plays', { timeout: 180_000 }, async () => {
  const window = await Window.open();
  await watched('gallery-stays-put', [window], async () => {
    const { board } = await window.call('start');
    assert.ok(board.shots.length > 1, 'a board with several shots');
    await window.click('rehearse');
    await until('the rehearsal', async () => (await window.call('start')).generations.some((/** @type {any} */ one) => one.state === 'done'), 60_000);
    await window.click('view-gallery');
    const { rehearsal } = await window.call('start');
    const take = byId(`take-${rehearsal.id}`);
    await until('the take', () => window.driver.find(take));
    const [before, after] = await window.driver.runLong(CHOOSE, take);
    assert.ok(Object.keys(before).includes('detail-play'));
    for (const [id, place] of Object.entries(before)) assert.deepEqual(after[id], place, `${id} stays where it is`);

    // Left, chosen again, and pressed before its clip can be there.
    await window.driver.run(`document.querySelector(arguments[0]).click();
      requestAnimationFrame(() => document.querySelector(arguments[1]).click());`, take, byId('detail-play'));
    await until('moving pictures', () =>
      window.driver.run('const clip = document.querySelector(arguments[0]); return clip !== null && clip.currentTime > 0.3', byId('take-video')), 20_000);
  });
});
