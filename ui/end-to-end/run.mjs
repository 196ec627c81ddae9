// @ts-check
/**
 * Runs the tests of the real window: every file in `tests/` on a desktop of the tests' own, with a screen, a session bus, a
 * keychain, a window manager and an empty home. Two desktops stand side by side, and each takes the next file when it has
 * done with one: a window waits more than it works. Names of tests may follow: `node end-to-end/run.mjs compose`. What
 * stands in `long/` waits for many real minutes and runs only when it is named.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { beginEnvironment } from './support/environment.mjs';

/** How many desktops stand side by side. */
const AT_ONCE = 2;

const folder = path.dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const files = (asked.length === 0 ? ['tests'] : ['tests', 'long'])
  .flatMap((part) => readdirSync(path.join(folder, part)).map((name) => path.join(folder, part, name)))
  .filter((file) => file.endsWith('.mjs') && (asked.length === 0 || asked.some((word) => path.basename(file).includes(word))));

for (const name of ['SIXSHOT_PROGRAM', 'SIXSHOT_SANDBOX']) {
  if (!process.env[name]) {
    console.error(`${name} must name the built program; \`cargo xtask test window\` sets it.`);
    process.exit(2);
  }
}

if (files.length === 0) {
  console.error(`No test is called ${asked.join(' or ')}.`);
  process.exit(2);
}

// The long ones first, so that none of them is left over for one desktop at the end.
const waiting = files.map((file) => ({ file, size: statSync(file).size })).sort((a, b) => b.size - a.size).map(({ file }) => file);
const begun = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, files.length) }, beginEnvironment));
const desktops = begun.flatMap((desktop) => (desktop.status === 'fulfilled' ? [desktop.value] : []));
const stop = () => {
  // What has not begun yet does not begin on a desktop that is going.
  waiting.length = 0;
  return Promise.all(desktops.map((desktop) => desktop.stop()));
};
process.on('SIGINT', () => stop().then(() => process.exit(130)));
process.on('SIGTERM', () => stop().then(() => process.exit(143)));
for (const desktop of begun) {
  if (desktop.status === 'rejected') {
    await stop();
    throw desktop.reason;
  }
}

let failed = false;
await Promise.all(desktops.map(async ({ env }) => {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (!(await passes(file, env))) failed = true;
  }
}));
await stop();
process.exit(failed ? 1 : 0);

/**
 * Runs one file on one desktop. Where two run at once, what each prints is shown in one piece when it has ended.
 * @param {string} file @param {NodeJS.ProcessEnv} env @returns {Promise<boolean>}
 */
async function passes(file, env) {
  const alone = desktops.length === 1;
  const name = path.basename(file, '.mjs');
  if (!alone) console.log(`${name} …`);
  const runner = spawn(process.execPath, ['--test', '--test-reporter=spec', file], {
    env,
    stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Buffer[]} */
  const printed = [];
  for (const stream of [runner.stdout, runner.stderr]) stream?.on('data', (part) => printed.push(part));
  const code = await new Promise((resolve) => runner.on('close', resolve));
  process.stdout.write(Buffer.concat([Buffer.from(alone ? '' : `${name}\n`), ...printed]));
  return code === 0;
}
