// @ts-check
/** Making the window buy from the sandbox, as a person would: address and key typed into Settings. */
import { byId, until } from './window.mjs';

/** @typedef {import('./window.mjs').Window} Window */

/** @param {Window} window @param {string} base */
export async function useAddress(window, base) {
  await window.click('settings-open');
  if (!(await window.has('base-url-wavespeed'))) await window.click('provider-details-wavespeed');
  await window.write(byId('base-url-wavespeed'), base);
  await window.driver.keys('\uE004');
  await until('the address is kept', async () => (await window.call('start')).settings.base_urls.wavespeed === base);
}

/** @param {Window} window @param {string} key @param {string} [provider] */
export async function giveKey(window, key, provider = 'wavespeed') {
  await window.write(byId(`key-input-${provider}`), key);
  await window.click(`key-save-${provider}`);
  await until(`the key of ${provider} is kept`, async () =>
    (await window.call('start')).keys.some((/** @type {any} */ one) => one.provider === provider && one.last_four === key.slice(-4)));
}

/** Points every provider at the sandbox, by the row of builds for development. @param {Window} window @param {string} origin */
export async function useSandbox(window, origin) {
  await window.click('settings-open');
  await window.write(byId('sandbox-address'), origin);
  await window.click('sandbox-use');
  await until('every address is kept', async () => {
    const { providers, settings } = await window.call('start');
    return providers.length > 0 && providers.every((/** @type {any} */ one) => settings.base_urls[one.id] === `${origin}/${one.id}`);
  });
}

/** Chooses who is asked for the open board. @param {Window} window @param {string} provider */
export async function chooseProvider(window, provider) {
  if ((await window.call('start')).board.provider === provider) return;
  await window.click('provider-select');
  await window.click(`[role="option"][data-value="${provider}"]`);
  await until(`${provider} is chosen`, async () => (await window.call('start')).board.provider === provider);
}

/** Begins a board and waits until it is the one that the page shows: the one before may have the same price. @param {Window} window */
export async function beginBoard(window) {
  const { board: before } = await window.call('start');
  await window.click('view-compose');
  await window.click('new-board');
  await until('a new board', async () => {
    const { board } = await window.call('start');
    return board.id !== before.id && (await window.driver.run('return document.querySelector(arguments[0])?.dataset.board', '.compose')) === board.id;
  });
}

/** A new board of one shot of so many seconds in the standard model, with words. @param {Window} window @param {string} words */
export async function newBoard(window, words) {
  await beginBoard(window);
  await until('an empty board', async () => (await window.text('price-total'))?.trim() === '$0.42');
  await window.write(byId('prompt-editor'), words);
  await until('the words are kept', async () => (await window.call('start')).board.prompt === words);
}

/** Presses the button that carries the price. @param {Window} window */
export async function generate(window) {
  await until('a button to press', () =>
    window.driver.run('const b = document.querySelector(arguments[0]); return b && b.getAttribute("aria-disabled") !== "true" && !b.disabled', byId('generate')));
  await window.click('generate');
}

/** The newest paid generation as the core sees it. @param {Window} window @returns {Promise<any>} */
export async function newest(window) {
  const { generations } = await window.call('start');
  return generations.find((/** @type {any} */ one) => !one.rehearsal) ?? null;
}

/**
 * Waits until the newest paid generation is lost and the look for it has come to a verdict.
 * @param {Window} window @param {string} verdict @param {number} [millis] @returns {Promise<any>}
 */
export function verdictOf(window, verdict, millis = 60_000) {
  return until(`the verdict ${verdict}`, async () => {
    const row = await newest(window);
    return row?.state === 'unknown' && row.evidence?.verdict === verdict ? row : null;
  }, millis);
}
