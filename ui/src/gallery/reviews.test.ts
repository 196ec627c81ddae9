import { expect, test } from 'vitest';
import type { TakeSummary } from '../platform';
import { say } from '../strings/text';
import { Reviews } from './reviews';

const take = { id: 'a', board_name: 'Night ferry', rating: 2, verdict: 'none' } as TakeSummary;

test('a review is called by what it was', () => {
  const reviews = new Reviews();
  const words = (...[rating, verdict]: [number, TakeSummary['verdict']]): string => {
    const review = reviews.note(take, rating, verdict);
    return review ? say(review.label) : '';
  };
  expect([words(2, 'reject'), words(2, 'pick')]).toEqual(['reject Night ferry', 'pick Night ferry']);
  expect([words(0, 'none'), words(1, 'none')]).toEqual([
    'no stars for Night ferry',
    '1 star for Night ferry',
  ]);
  expect(words(2, 'none')).toBe('');
  const unflagged = reviews.note({ ...take, verdict: 'pick' }, 2, 'none');
  expect(unflagged && say(unflagged.label)).toBe('no verdict for Night ferry');
  reviews.forget(unflagged);
  expect(reviews.pop()?.label.values).toMatchObject({ count: 1 });
});

test('the last hundred reviews can be taken back, but for those of takes that are no more', () => {
  const reviews = new Reviews();
  for (let turn = 0; turn < 120; turn += 1) reviews.note({ ...take, id: `take-${turn % 2}` }, 5, 'none');
  reviews.forgetTake('take-1');
  let back = 0;
  for (let review = reviews.pop(); review; review = reviews.pop()) back += 1;
  expect([back, reviews.newestAt]).toEqual([50, -Infinity]);
});
