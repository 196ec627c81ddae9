// @ts-check
/** What a library remembers of a generation, read beside the program. */
import path from 'node:path';
import { run } from './clips.mjs';

const READ = `
import json, sqlite3, sys
library = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
lines = library.execute('SELECT what FROM events WHERE generation_id = ? ORDER BY id', (sys.argv[2],))
print(json.dumps([what for (what,) in lines]))`;

/** Every line of its history, oldest first. @param {string} library @param {string} id @returns {string[]} */
export function historyOf(library, id) {
  return JSON.parse(run('python3', ['-c', READ, path.join(library, 'library.db'), id]));
}
