/** Where the lines of texts may end that were not written for this window: commands, addresses, sources. */

/** Longer words than this may break anywhere: they would not fit beside anything. */
const WHOLE_UP_TO = 60;

/** A stretch of text; a `whole` one keeps to one line. */
export interface Stretch {
  text: string;
  whole: boolean;
}

/** Takes a text apart so that options, addresses and the like break at spaces alone; scripts without spaces break as ever. */
export function stretches(text: string): Stretch[] {
  const words = new RegExp(`(?<=^|\\s)([!-~]{2,${WHOLE_UP_TO}})(?=\\s|$)`);
  return text
    .split(words)
    .map((part, index) => ({ text: part, whole: index % 2 === 1 }))
    .filter((stretch) => stretch.text !== '');
}

/** A text whose figures keep to one line with their units. */
export function figuresWhole(text: string): string {
  return text.replace(/(\d) (s|credits?|units?)\b/g, '$1\u00a0$2');
}

/**
 * A shell's command with each option but the first on its own line. It still is the same command: each line but the last
 * ends in `\`.
 */
export function shellLines(command: string): string {
  let lines = '';
  let quote = '';
  let options = 0;
  for (let at = 0; at < command.length; at += 1) {
    const letter = command.charAt(at);
    const next = command.charAt(at + 1);
    if (letter === '\\' && quote !== "'") {
      lines += letter + next;
      at += 1;
    } else if (quote === '' && letter === ' ' && next === '-' && /\S/.test(command.charAt(at - 1))) {
      lines += options === 0 ? letter : ' \\\n  ';
      options += 1;
    } else {
      if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
      else if (letter === quote) quote = '';
      lines += letter;
    }
  }
  return lines;
}
