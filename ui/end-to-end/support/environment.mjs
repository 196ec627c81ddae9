// @ts-check
/** A desktop of the tests' own: nothing of the person's is seen or touched. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * Starts a screen, a session bus, a keychain and a window manager.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => Promise<void> }>}
 */
export async function beginEnvironment() {
  const home = mkdtempSync(path.join(tmpdir(), 'sixshot-window-'));
  const place = (/** @type {string} */ name) => {
    const folder = path.join(home, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  };
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: place('data'),
    XDG_CONFIG_HOME: place('config'),
    XDG_CACHE_HOME: place('cache'),
    XDG_RUNTIME_DIR: place('run'),
    TMPDIR: place('temporary'),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
    SIXSHOT_SEPARATE: '1',
  };
  delete env['WAYLAND_DISPLAY'];
  delete env['NODE_TEST_CONTEXT'];
  /** @type {ChildProcess[]} */
  const children = [];
  const begin = (/** @type {string} */ program, /** @type {string[]} */ args, /** @type {any[]} */ stdio) => {
    const child = spawn(program, args, { env, stdio, detached: true });
    child.on('error', (error) => console.error(`${program}: ${error.message}`));
    children.push(child);
    return child;
  };

  const screen = begin('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], ['ignore', 'ignore', 'ignore', 'pipe']);
  env['DISPLAY'] = `:${(await firstLine(screen.stdio[3])).trim()}`;
  const bus = begin('dbus-daemon', ['--session', '--nofork', '--print-address=3'], ['ignore', 'ignore', 'ignore', 'pipe']);
  env['DBUS_SESSION_BUS_ADDRESS'] = (await firstLine(bus.stdio[3])).trim();
  begin('openbox', [], ['ignore', 'ignore', 'ignore']);
  const keychain = begin('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], ['pipe', 'ignore', 'ignore']);
  // The password of the tests' own keychain.
  keychain.stdin?.end('window tests');
  await pause(300);
  return {
    env,
    async stop() {
      for (const child of children.reverse()) end(child);
      // A test that was interrupted could not end what it had started.
      for (const pid of processesAtHome(home)) endProcess(pid);
      await pause(200);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** @param {ChildProcess} child */
export function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** The processes that were started in this environment. @param {string} home @returns {number[]} */
function processesAtHome(home) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
      } catch {
        // It has ended meanwhile, or is somebody else's.
        return false;
      }
    })
    .map(Number);
}

/** @param {number} pid */
function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** @param {any} stream @returns {Promise<string>} */
function firstLine(stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (/** @type {Buffer} */ data) => {
      text += data.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
    stream.on('end', () => reject(new Error('a part of the test desktop did not start')));
  });
}
