// @ts-check
/**
 * How long the window stands still while forty generations meet faults, beside an empty window that does nothing: the
 * longest time between two pictures. Environment as in bench.mjs, and SIXSHOT_SANDBOX.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Driver } from '../end-to-end/support/driver.mjs';
import { Sandbox } from '../end-to-end/support/sandbox.mjs';
import { Window, until } from '../end-to-end/support/window.mjs';

const GENERATIONS = 40;
/** How long the pictures are watched, in milliseconds. */
const WATCHED = 60_000;
const KEYS = ['WAVESPEED_API_KEY', 'KLINGAI_API_KEY', 'FAL_KEY', 'REPLICATE_API_TOKEN', 'EVOLINK_API_KEY', 'VIDGO_API_KEY', 'ATLASCLOUD_API_KEY', 'ULAZAI_API_KEY'];
/** @type {Record<string, unknown>[]} */
const FAULTS = [
  { target: 'submit', kind: 'hang-up-after', times: 6 },
  { target: 'submit', kind: 'status', status: 429, body: '{"message":"try later"}', retry_after: 2, times: 6 },
  { target: 'upload', kind: 'hang-up-before', times: 3 },
  { target: 'poll', kind: 'mangle', status: 200, body: '<html><title>Sign in</title></html>', times: 20 },
  { target: 'poll', kind: 'hang-up-before', times: 20 },
  { target: 'list', kind: 'half-answer', times: 6 },
  { target: 'download', kind: 'half-answer', times: 10 },
  { target: 'download', kind: 'status', status: 403, body: 'expired', retry_after: null, times: 6 },
];

const WATCH = `
  window.gaps = []; let last = performance.now();
  const picture = () => { const now = performance.now(); window.gaps.push(now - last); last = now; requestAnimationFrame(picture); };
  requestAnimationFrame(picture);`;

/** @param {string} empty @param {NodeJS.ProcessEnv} bare */
export async function freezes(empty, bare) {
  const peer = await Driver.start(empty, { ...process.env, ...bare });
  await until('the empty window', () => peer.run('return document.readyState === "complete"'));
  await peer.run(WATCH);
  await pause(WATCHED / 4);
  const theirs = await peer.run('return window.gaps');
  await peer.stop();

  const sandbox = await Sandbox.start();
  const keys = Object.fromEntries(KEYS.map((name) => [name, 'sandbox-key-0b1c2d3e4f5a6b']));
  const window = await Window.open({ env: { ...bare, ...keys } });
  const { settings, providers } = await window.call('start');
  const bases = Object.fromEntries(providers.map((/** @type {any} */ one) => [one.id, `${sandbox.origin}/${one.id}`]));
  await window.call('save_settings', { settings: { ...settings, base_urls: bases } });
  for (const fault of FAULTS) await sandbox.fault(fault);
  await window.click('queue-pill');
  await until('the queue', () => window.has('queue-drawer'));
  await window.driver.run(WATCH);
  await buy(window);
  await pause(WATCHED);
  const gaps = await window.driver.run('return window.gaps');
  const { generations } = await window.call('start');
  /** @type {Record<string, number>} */
  const states = {};
  for (const { state } of generations) states[state] = (states[state] ?? 0) + 1;
  await window.close();
  sandbox.stop();
  const longest = (/** @type {number[]} */ all) => Math.round(Math.max(...all));
  console.log(`longest time between two pictures while ${GENERATIONS} generations meet faults: ${longest(gaps)} ms (goal 200), ${gaps.length} pictures; empty window ${longest(theirs)} ms; afterwards ${JSON.stringify(states)}`);
}

/** Buys from every provider in turn. @param {Window} window */
async function buy(window) {
  const { board, profiles, providers } = await window.call('start');
  for (let count = 0; count < GENERATIONS; count += 1) {
    const provider = providers[count % providers.length].id;
    const { model } = profiles.find((/** @type {any} */ one) => one.provider === provider);
    const shots = [{ ...board.shots[0], seconds: 3, panel: null }];
    const wanted = { ...board, shots, provider, model, prompt: `A red door opens, ${count}`, first_frame: null, last_frame: null, elements: [] };
    const { quote } = await window.call('assess', { board: wanted });
    await window.call('generate', { board: wanted, confirmation: `bench-${count}`, shown: quote.total });
  }
}
