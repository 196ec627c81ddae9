// @ts-check
/** Looking into the keychain of the test desktop with a program of its own. */
import { spawnSync } from 'node:child_process';

/** Everything the keychain holds under the program's name, as text. */
export function inKeychain() {
  const result = spawnSync('secret-tool', ['search', '--all', '--unlock', 'service', 'Sixshot'], { encoding: 'utf8' });
  return `${result.stdout}${result.stderr}`;
}
