import { expect, test } from 'vitest';
import type { Finding, FindingCode } from '../platform';
import { inShort } from './offer-words';

function wordsFor(code: FindingCode, values: Finding['values'] = {}): string {
  return inShort({ code, severity: 'error', field: 'shots', values, mend: null });
}

test('a reason says in few words what the model takes', () => {
  expect(wordsFor('shots-too-many', { count: '2', max: '1' })).toBe('1 shot at most');
  expect(wordsFor('shots-too-many', { count: '6', max: '4' })).toBe('4 shots at most');
  expect(wordsFor('elements-too-many', { count: '2', max: '0' })).toBe('No elements');
  expect(wordsFor('elements-too-many', { count: '2', max: '1' })).toBe('1 element at most');
  expect(wordsFor('ratio-unsupported', { ratio: '9:16' })).toBe('No 9:16');
});

test('a reason without short words says what is wrong', () => {
  expect(wordsFor('frame-animated')).toBe('The picture moves');
});
