// @ts-check
/**
 * Runs the tests of the real window: a screen, a session bus, a keychain and a window manager of their own, an empty
 * home, then every file in `tests/`. Names of tests may follow: `node end-to-end/run.mjs compose`. What stands in `long/`
 * waits for many real minutes and runs only when it is named.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { beginEnvironment } from './support/environment.mjs';

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

const environment = await beginEnvironment();
const stop = () => environment.stop();
process.on('SIGINT', () => stop().then(() => process.exit(130)));
process.on('SIGTERM', () => stop().then(() => process.exit(143)));

const runner = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
  env: environment.env,
  stdio: 'inherit',
});
const code = await new Promise((resolve) => runner.on('exit', resolve));
await stop();
process.exit(typeof code === 'number' ? code : 1);
