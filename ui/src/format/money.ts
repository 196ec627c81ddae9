/** Money as people read it. Amounts stay whole millionths until the very last step, so nothing is ever rounded. */

const MILLIONTHS = 1_000_000;

/**
 * At least two and at most six decimals, never a rounded figure: `$1.68`, `$2.016`, `$0.0005`. Amounts that stand below
 * one another are given the same least number of decimals.
 */
export function money(micro: number, decimalsAtLeast = 2): string {
  return `${micro < 0 ? '-' : ''}$${decimal(Math.abs(micro), decimalsAtLeast)}`;
}

/** How many decimals the amounts of one column need so that none is rounded: at least two. */
export function decimalsFor(amounts: readonly number[]): number {
  const each = amounts.map((micro) => decimal(Math.abs(micro), 2).split('.')[1]?.length ?? 0);
  return Math.max(2, ...each);
}

/** A provider's own unit, with as many decimals as it has: `129.6`. */
export function credits(micro: number): string {
  return `${micro < 0 ? '-' : ''}${decimal(Math.abs(micro), 0)}`;
}

function decimal(micro: number, decimalsAtLeast: number): string {
  const whole = Math.floor(micro / MILLIONTHS);
  let decimals = String(micro % MILLIONTHS).padStart(6, '0');
  while (decimals.length > decimalsAtLeast && decimals.endsWith('0')) decimals = decimals.slice(0, -1);
  return decimals === '' ? String(whole) : `${whole}.${decimals}`;
}

/** The amount a person typed, in millionths; nothing when it is not an amount with at most six decimals. */
export function parseMoney(text: string): number | undefined {
  const match = /^\s*\$?\s*(\d{1,9})(?:\.(\d{0,6}))?\s*$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * MILLIONTHS + Number((match[2] ?? '').padEnd(6, '0'));
}

/** Dollars a second as a person typed them, in millionths; nothing when it is no figure above zero with at most six
 *  decimals. The sign may be there, and `.084` is as good as `0.084`. */
export function parseRate(text: string): number | undefined {
  const micro = parseMoney(text.trim().replace(/^(\$?\s*)\./, '$10.'));
  return micro === undefined || micro === 0 ? undefined : micro;
}
