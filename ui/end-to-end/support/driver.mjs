// @ts-check
/** A small client of the W3C WebDriver protocol: as much of it as driving one window needs. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { end } from './environment.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Keys by name, as WebDriver writes them. */
export const KEY = {
  Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004', Backspace: '\uE003', Delete: '\uE017', Space: ' ',
  Left: '\uE012', Up: '\uE013', Right: '\uE014', Down: '\uE015', Home: '\uE011', End: '\uE010',
  Shift: '\uE008', Control: '\uE009', Alt: '\uE00A',
};

/** The pointer was asked to go to something that lies outside the window. It has not moved, and nothing was pressed. */
export class OutOfView extends Error {}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export class Driver {
  /** @type {import('node:child_process').ChildProcess} */ process;
  /** @type {string} */ base;
  /** @type {string} */ session = '';

  /** @param {import('node:child_process').ChildProcess} child @param {string} base */
  constructor(child, base) {
    this.process = child;
    this.base = base;
  }

  /**
   * Starts the program under a driver of its own. Everything both write goes into the log, if one is named.
   * @param {string} program @param {NodeJS.ProcessEnv} env @param {string} [log]
   */
  static async start(program, env, log) {
    const port = await freePort();
    const output = log ? openSync(log, 'a') : process.env['SIXSHOT_SHOW_LOG'] ? 'inherit' : 'ignore';
    const child = spawn('WebKitWebDriver', [`--port=${port}`], {
      env: { ...env, TAURI_WEBVIEW_AUTOMATION: 'true' },
      stdio: ['ignore', log ? output : 'ignore', output],
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    const driver = new Driver(child, `http://127.0.0.1:${port}`);
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await fetch(`${driver.base}/status`);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(30);
      }
    }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: program, args: [] } } };
    const answer = await driver.ask('POST', '/session', { capabilities }, 60_000);
    driver.session = answer.sessionId;
    await driver.post('/timeouts', { script: 30_000, pageLoad: 30_000, implicit: 0 });
    return driver;
  }

  /** @param {string} method @param {string} where @param {unknown} [body] @param {number} [millis] @returns {Promise<any>} */
  async ask(method, where, body, millis = 35_000) {
    const response = await fetch(`${this.base}${where}`, {
      method,
      signal: AbortSignal.timeout(millis),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = /** @type {any} */ (await response.json());
    if (response.ok) return answer.value;
    const words = `${answer.value?.error}: ${answer.value?.message}`;
    throw answer.value?.error === 'move target out of bounds' ? new OutOfView(words) : new Error(words);
  }

  /** @param {string} where @param {unknown} [body] @param {number} [millis] */
  post(where, body = {}, millis) {
    return this.ask('POST', `/session/${this.session}${where}`, body, millis);
  }

  /** Runs a function's text in the page. @param {string} script @param {unknown[]} args @returns {Promise<any>} */
  run(script, ...args) {
    return this.post('/execute/sync', { script, args });
  }

  /** Runs a text that calls `done`. @param {string} script @param {unknown[]} args @returns {Promise<any>} */
  runLong(script, ...args) {
    const text = `const done = arguments[arguments.length - 1]; ${script}`;
    return this.post('/execute/async', { script: text, args });
  }

  /** @param {string} css @returns {Promise<string | null>} */
  async find(css) {
    const found = await this.post('/elements', { using: 'css selector', value: css });
    return found[0]?.[ELEMENT] ?? null;
  }

  /** @param {string} element @param {number} [x] @param {number} [y] */
  at(element, x = 0, y = 0) {
    return { type: 'pointerMove', duration: 0, origin: { [ELEMENT]: element }, x: Math.round(x), y: Math.round(y) };
  }

  /** @param {unknown[]} actions */
  pointer(actions) {
    return this.post('/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }] });
  }

  /** Presses keys one after another; a chord is a list. @param {(string | string[])[]} keys */
  async keys(...keys) {
    /** @type {unknown[]} */
    const actions = [];
    for (const key of keys) {
      const chord = Array.isArray(key) ? key : [key];
      for (const value of chord) actions.push({ type: 'keyDown', value });
      for (const value of [...chord].reverse()) actions.push({ type: 'keyUp', value });
    }
    await this.post('/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** @param {string} text */
  async type(text) {
    await this.keys(...[...text]);
  }

  /** A picture of the window; of the whole screen when the driver does not answer. @returns {Promise<Buffer>} */
  async picture() {
    try {
      return Buffer.from(await this.ask('GET', `/session/${this.session}/screenshot`, undefined, 5_000), 'base64');
    } catch {
      return spawnSync('import', ['-window', 'root', 'png:-'], { maxBuffer: 1 << 26 }).stdout;
    }
  }

  /** Ends the session, the driver and everything it started. */
  async stop() {
    await this.ask('DELETE', `/session/${this.session}`, undefined, 5_000).catch(() => undefined);
    end(this.process);
  }
}
