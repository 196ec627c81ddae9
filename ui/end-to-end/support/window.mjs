// @ts-check
/** The program's window as a test handles it: by test ids, by pointer, by keyboard. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { Driver, OutOfView } from './driver.mjs';

export { KEY } from './driver.mjs';

// Each folder and each sandbox of a test goes with the process.
process.setMaxListeners(100);

const PROGRAM = process.env['SIXSHOT_PROGRAM'] ?? '';
export const RESULTS = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../test-results');

/** A new empty folder that goes when the process ends. @param {string} name */
export function folder(name) {
  const made = mkdtempSync(path.join(tmpdir(), `sixshot-${name}-`));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/**
 * Asks until the answer is truthy and gives it back.
 * @template T @param {string} what @param {() => Promise<T> | T} ask @param {number} [millis]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, millis = 20_000) {
  const deadline = Date.now() + millis;
  /** @type {unknown} */
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return /** @type {NonNullable<T>} */ (answer);
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`never: ${what} (last: ${last})`);
    await pause(40);
  }
}

/** @param {string} id */
export const byId = (id) => `[data-testid="${id}"]`;

export class Window {
  /** @type {Driver} */ driver;
  /** @type {string} */ library;

  /** @param {Driver} driver @param {string} library */
  constructor(driver, library) {
    this.driver = driver;
    this.library = library;
  }

  /**
   * Opens the window on a library and waits for its first picture.
   * @param {{ library?: string, env?: NodeJS.ProcessEnv, width?: number, height?: number, log?: string,
   *   without?: string }} [options] `without` names what is there instead where the library cannot be opened.
   */
  static async open(options = {}) {
    // A new library is a first start, and a first start has no key.
    if (!options.library) spawnSync('secret-tool', ['clear', 'service', 'Sixshot']);
    const library = options.library ?? path.join(folder('library'), 'Library');
    const driver = await Driver.start(PROGRAM, { ...process.env, ...options.env, SIXSHOT_LIBRARY: library }, options.log);
    const window = new Window(driver, library);
    const rect = { x: 0, y: 0, width: options.width ?? 1440, height: options.height ?? 900 };
    await driver.post('/window/rect', rect).catch(() => undefined);
    if (options.without) {
      const instead = byId(options.without);
      await until(options.without, () => driver.find(instead), 30_000);
    } else await window.drawn();
    return window;
  }

  /** Waits for the first picture. */
  async drawn() {
    const script = 'return document.documentElement.dataset.ready === "true"';
    await until('the first picture', () => this.driver.run(script), 30_000);
  }

  /** The text of an element, or null. @param {string} id @returns {Promise<string | null>} */
  text(id) {
    return this.driver.run('return document.querySelector(arguments[0])?.innerText ?? null', byId(id));
  }

  /** @param {string} id @returns {Promise<boolean>} */
  has(id) {
    return this.driver.run('return document.querySelector(arguments[0]) !== null', byId(id));
  }

  /** @param {string} css */
  element(css) {
    return until(`an element ${css}`, () => this.driver.find(css));
  }

  /** Presses the pointer on an element's middle. @param {string} id */
  async click(id) {
    await this.press(id.startsWith('[') || id.startsWith('.') ? id : byId(id));
  }

  /**
   * Brings an element into view and presses the pointer on its middle. Where a field got the focus a moment ago, the
   * engine may still scroll back to it; the pointer then finds the element outside the window, presses nothing, and the
   * element is brought into view once more.
   * @param {string} css
   */
  async press(css) {
    const element = await this.element(css);
    const once = async () => {
      await this.driver.run('document.querySelector(arguments[0]).scrollIntoView({ block: "nearest" })', css);
      await this.driver.pointer([this.driver.at(element), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }]);
    };
    for (const deadline = Date.now() + 5_000; ; await pause(40)) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof OutOfView) || Date.now() > deadline) throw error;
      }
    }
  }

  /** Drags from an element's middle by so many pixels. @param {string} id @param {number} dx @param {number} [dy] */
  async drag(id, dx, dy = 0) {
    await this.element(byId(id));
    // By the window's own coordinates: the element moves along with the drag.
    const [x, y] = await this.driver.run(`const box = document.querySelector(arguments[0]).getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];`, byId(id));
    const to = (/** @type {number} */ part) => ({
      type: 'pointerMove', duration: 20, origin: 'viewport', x: Math.round(x + dx * part), y: Math.round(y + dy * part),
    });
    await this.driver.pointer([to(0), { type: 'pointerDown', button: 0 }, ...[0.1, 0.3, 0.5, 0.7, 0.9, 1].map(to),
      { type: 'pointerUp', button: 0 }]);
  }

  /** Writes into a prompt editor or a field that has the focus after a click. @param {string} css @param {string} text */
  async write(css, text) {
    await this.press(css);
    await this.driver.keys(['\uE009', 'a'], '\uE017');
    await this.driver.type(text);
  }

  /** The open board as the core keeps it, after the pending save. @returns {Promise<any>} */
  async board() {
    const id = await this.driver.run('return document.querySelector("[data-testid=board-list] [aria-current=true], [data-testid=board-list] [aria-selected=true]")?.closest("[data-testid^=board-]")?.dataset.testid ?? null');
    return id;
  }

  /** Asks the core. @param {string} name @param {unknown} [args] @returns {Promise<any>} */
  async call(name, args = {}) {
    const script = `window.__TAURI_INTERNALS__.invoke('call', { name: arguments[0], arguments: arguments[1] })
      .then((answer) => done({ answer }), (problem) => done({ problem }));`;
    const { answer, problem } = await this.driver.runLong(script, name, args);
    if (problem) throw new Error(`${name}: ${problem.code}: ${problem.message}`);
    return answer;
  }

  /** Kills the program without warning and the driver after it. */
  async kill() {
    for (const pid of processesOf(this.library)) process.kill(pid, 'SIGKILL');
    await until('the end of the program', () => processesOf(this.library).length === 0);
    await this.driver.stop();
  }

  /** Asks the program to end, as the system does when it shuts down, and waits until it has. */
  async askToEnd() {
    for (const pid of processesOf(this.library)) process.kill(pid, 'SIGTERM');
    await until('the end of the program', () => processesOf(this.library).length === 0, 25_000);
    await this.driver.stop();
  }

  async close() {
    await this.driver.stop();
    for (const pid of processesOf(this.library)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself meanwhile.
      }
    }
    await until('the end of the program', () => processesOf(this.library).length === 0);
  }

  /** Keeps a picture of the window. @param {string} name */
  async keepPicture(name) {
    const file = path.join(RESULTS, `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, await this.driver.picture());
    return file;
  }
}

/** The program's own processes on a library. @param {string} library @returns {number[]} */
export function processesOf(library) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const program = readlinkSync(`/proc/${name}/exe`).replace(' (deleted)', '');
        return program === PROGRAM && readFileSync(`/proc/${name}/environ`, 'utf8').includes(`SIXSHOT_LIBRARY=${library}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * A test with a window, which keeps a picture when it fails.
 * @param {string} name @param {Window[]} windows @param {() => Promise<void>} body
 */
export async function watched(name, windows, body) {
  try {
    await body();
  } catch (error) {
    for (const [index, window] of windows.entries()) await window.keepPicture(`failed/${name}-${index}`).catch(() => undefined);
    throw error;
  } finally {
    for (const window of windows) await window.close().catch(() => undefined);
  }
}
