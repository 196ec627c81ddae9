import { expect, test } from 'vitest';
import { credits, decimalsFor, money, parseMoney, parseRate } from './money';
import { dayOf, duration, momentOf, timecode, timeOfDay } from './time';

test('amounts are written exactly', () => {
  const amounts: [number, string][] = [
    [0, '$0.00'],
    [75_000, '$0.075'],
    [1_680_000, '$1.68'],
    [2_016_000, '$2.016'],
    [1, '$0.000001'],
    [-500_000, '-$0.50'],
    [12_400_000, '$12.40'],
  ];
  for (const [micro, text] of amounts) expect(money(micro)).toBe(text);
  expect(credits(129_600_000)).toBe('129.6');
  expect(credits(588_000_000)).toBe('588');
});

test('amounts below one another have equal decimals', () => {
  const amounts = [84_000, 140_000, 1_000_000];
  const decimals = decimalsFor(amounts);
  expect(amounts.map((micro) => money(micro, decimals))).toEqual(['$0.084', '$0.140', '$1.000']);
  expect(decimalsFor([1_000_000])).toBe(2);
  expect(decimalsFor([])).toBe(2);
});

test('a typed amount is read exactly or not at all', () => {
  expect(parseMoney('12.5')).toBe(12_500_000);
  expect(parseMoney(' $0.000001 ')).toBe(1);
  for (const bad of ['', '-1', '1.0000001', '1,5', 'ten']) expect(parseMoney(bad)).toBeUndefined();
});

test('a typed rate is a figure above zero, exact to the millionth', () => {
  const rates: [string, number][] = [
    ['0.084', 84_000],
    ['$0.084', 84_000],
    [' .084 ', 84_000],
    ['$ .5', 500_000],
    ['1', 1_000_000],
    ['0.000001', 1],
    // In binary floating point this one is 0.28999999….
    ['0.29', 290_000],
    ['4.35', 4_350_000],
  ];
  for (const [text, micro] of rates) expect(parseRate(text), text).toBe(micro);
  for (const bad of ['', '0', '0.000', '-0.1', '0.0000001', '0,084', '1e-3', 'free', '$', '.']) {
    expect(parseRate(bad), bad).toBeUndefined();
  }
});

test('a timecode counts to twenty-three and turns', () => {
  expect([0, 23, 24, 300].map((frame) => timecode(frame))).toEqual(['00:00', '00:23', '01:00', '12:12']);
});

test('durations are said in the two units that matter', () => {
  expect([48, 60, 200, 3600, 3900].map(duration)).toEqual([
    '48 s',
    '1 min',
    '3 min 20 s',
    '1 h',
    '1 h 5 min',
  ]);
});

test('a moment of today is told to the second, one of another day with its day', () => {
  const now = new Date(2026, 10, 21, 14, 10).getTime();
  expect(momentOf(new Date(2026, 10, 21, 14, 2, 7).getTime(), now)).toBe('14:02:07');
  expect(momentOf(new Date(2026, 10, 20, 23, 59, 59).getTime(), now)).toBe('Friday, November 20, 23:59');
});

test('the hour after midnight is the first, not the twenty-fourth', () => {
  const moment = new Date(2026, 10, 21, 0, 2, 7).getTime();
  expect(timeOfDay(moment)).toBe('00:02');
  expect(momentOf(moment, moment)).toBe('00:02:07');
});

test('a day of another year is told with its year', () => {
  const now = new Date(2026, 10, 21, 14, 10).getTime();
  expect(dayOf(new Date(2026, 0, 2, 9).getTime(), now)).toBe('Friday, January 2');
  expect(dayOf(new Date(2025, 10, 19, 9).getTime(), now)).toBe('November 19, 2025');
  // November 21 was a Saturday in both.
  expect(momentOf(new Date(2020, 10, 21, 14, 2).getTime(), now)).toBe('November 21, 2020, 14:02');
});
