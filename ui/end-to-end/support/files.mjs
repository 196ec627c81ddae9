// @ts-check
/** What lies below a folder. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Every file below a folder, however deep. @param {string} place @returns {string[]} */
export function filesIn(place) {
  return readdirSync(place, { recursive: true })
    .map((name) => path.join(place, String(name)))
    .filter((name) => {
      try {
        return statSync(name).isFile();
      } catch {
        // It went meanwhile, or is a link to nowhere.
        return false;
      }
    });
}

/** The files below some folders that hold one of these texts. @param {string[]} places @param {string[]} texts @returns {string[]} */
export function filesHolding(places, texts) {
  return places.flatMap(filesIn).filter((name) => {
    const content = readFileSync(name);
    return texts.some((text) => content.includes(text));
  });
}
