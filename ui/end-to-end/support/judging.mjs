// @ts-check
/** Judging what the window shows: what is cut off, what a machine can tell of its accessibility. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Experimental in axe: it takes pictures' letters and the marks between parts for words of the name. */
const RULES = { 'label-content-name-mismatch': { enabled: false } };

/** What axe finds serious or critical, as lines. @param {import('./window.mjs').Window} window @returns {Promise<string[]>} */
export function barriers(window) {
  return window.driver.runLong(`${AXE}; axe.run(document, { resultTypes: ['violations'], rules: ${JSON.stringify(RULES)} }).then(
    (result) => done(result.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
      .map((one) => one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', '))),
    (error) => done([String(error)]));`);
}

/**
 * Controls that lie outside the window with no way to scroll to them, and words that are cut without saying so.
 * @param {import('./window.mjs').Window} window @returns {Promise<string[]>}
 */
export function cuts(window) {
  return window.driver.run(`
    const found = [];
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight) found.push('the page is larger than the window');
    const scrolls = (element, across) => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        const overflow = getComputedStyle(at)[across ? 'overflowX' : 'overflowY'];
        if (overflow === 'auto' || overflow === 'scroll') return true;
      }
      return false;
    };
    const name = (element) => element.dataset.testid ?? element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 30);
    for (const element of document.querySelectorAll('button, input, [role=slider], [role=switch], h1, h2, h3, b, dt, label')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest('.unseen')) continue;
      const outX = box.left < -1 || box.right > innerWidth + 1;
      const outY = box.top < -1 || box.bottom > innerHeight + 1;
      if ((outX && !scrolls(element, true)) || (outY && !scrolls(element, false))) found.push('outside the window: ' + name(element));
      const short = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !(element instanceof HTMLInputElement);
      if (short && getComputedStyle(element).overflowX !== 'visible' && !element.closest('.cut') && element.dataset.part !== 'cut')
        found.push('words are cut: ' + name(element));
    }
    return found;`);
}

/**
 * Keeps a picture in both sizes and both themes, and judges each.
 * @param {import('./window.mjs').Window} window @param {string} name
 */
export async function look(window, name) {
  const { settings } = await window.call('start');
  for (const theme of ['dark', 'light']) {
    await window.call('save_settings', { settings: { ...settings, theme } });
    for (const [width, height] of /** @type {const} */ ([[1440, 900], [1024, 680]])) {
      await window.driver.post('/window/rect', { x: 0, y: 0, width, height });
      await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
      await window.keepPicture(`${name}-${width}x${height}-${theme}`);
      assert.deepEqual([...(await barriers(window)), ...(await cuts(window))], [], `${name} ${width} ${theme}`);
    }
  }
}
