/** What stands on the tile of a board that has no picture. */

/** How many digits of a number have room on a tile. */
const DIGITS = 3;

/** The number at the end of the name, of which the last digits tell boards apart; the first letter where there is none. */
export function boardSign(name: string): string {
  const words = name.trim();
  const number = /\p{Nd}+$/u.exec(words)?.[0];
  return number === undefined ? ([...words][0] ?? '') : [...number].slice(-DIGITS).join('');
}
