// @ts-check
/** Prices worked out a second time, from the provider's page and not from the program's tables. */

const PER_SECOND = { std: 84_000, pro: 112_000 };

/** @param {'std' | 'pro'} tier @param {number} seconds @param {boolean} [sound] @returns {number} millionths of a dollar */
export function priceOf(tier, seconds, sound = false) {
  return (PER_SECOND[tier] * seconds * (sound ? 3 : 2)) / 2;
}

/** @param {number} micro as the window writes it */
export function dollars(micro) {
  const decimals = String(micro % 1_000_000).padStart(6, '0').replace(/0{1,4}$/, '');
  return `$${Math.floor(micro / 1_000_000)}.${decimals.padEnd(2, '0')}`;
}
