import { expect, test } from 'vitest';
import type { Evidence, GenerationView, Problem } from '../platform';
import { waitingWords } from './waiting';

const NOW = new Date(2026, 10, 21, 14, 10).getTime();

function waiting(part: Partial<GenerationView>): GenerationView {
  return {
    id: 'w',
    provider: 'wavespeed',
    provider_name: 'WaveSpeed',
    rehearsal: false,
    state: 'queued',
    problem: null,
    evidence: null,
    next_try_at: null,
    ...part,
  } as GenerationView;
}
function problem(code: string): Problem {
  return { code, message: 'said by the core', hint: '', retryable: true };
}
function words(part: Partial<GenerationView>, others: GenerationView[] = []): string {
  const one = waiting(part);
  const found = waitingWords(one, [one, ...others], NOW);
  return found ? `${found.reason} ${found.then}` : '';
}

test('one that waits behind another says so; one that starts at once says nothing', () => {
  const other = (part: Partial<GenerationView>): GenerationView => waiting({ id: 'o', ...part });
  const place = 'Waits for a free place at WaveSpeed. It goes on by itself.';
  expect(words({})).toBe('');
  expect(words({}, [other({ state: 'running' })])).toBe(place);
  expect(words({}, [other({ state: 'queued' }), other({ id: 'p', state: 'done' })])).toBe('');
  expect(words({}, [other({ state: 'running', provider: 'fal' })])).toBe('');
  expect(words({ state: 'running' }, [other({ state: 'running' })])).toBe('');
  for (const code of ['other-account', 'provider-key-refused'])
    expect(words({}, [other({ state: 'running', problem: problem(code) })])).toBe('');
  const lost = (needs_person: boolean): GenerationView =>
    other({ state: 'unknown', evidence: { verdict: 'looking', needs_person } as Evidence });
  expect(words({}, [lost(false)])).toBe(place);
  expect(words({}, [lost(true)])).toBe('');
  expect(words({ rehearsal: true }, [other({ state: 'running' })])).toContain('rehearsal before it');
});

test('what is tried again by itself tells when, and asks nothing of the person', () => {
  const limited = { problem: problem('provider-rate-limited') };
  expect(words(limited)).toBe('WaveSpeed takes no more at the moment. It goes on by itself.');
  expect(words({ ...limited, next_try_at: NOW + 11_200 })).toBe(
    'WaveSpeed takes no more at the moment. It is tried again in 12 s.',
  );
  expect(words({ ...limited, next_try_at: NOW - 1 })).toContain('It is tried again now.');
  const away = words({ problem: problem('provider-unavailable'), next_try_at: NOW + 90_000 });
  expect(away).toBe('WaveSpeed does not answer properly. It is tried again in 1 min 30 s.');
});

test('what only a person can put right keeps its remedy', () => {
  expect(words({ problem: problem('key-missing') })).toBe(
    'There is no key for this provider. Add it in Settings.',
  );
  expect(words({ state: 'failed', problem: problem('price-rose'), next_try_at: NOW + 5_000 })).toBe(
    'Said by the core. Look at the new price and press Generate again. Nothing was bought.',
  );
});

test('a full disk is told by what it stands in the way of: nothing bought before, all paid after', () => {
  const full = { problem: problem('library-full') };
  expect(words(full)).toBe('The disk of the library has too little room for the clip. It goes on by itself.');
  const fetching = words({ ...full, state: 'downloading', next_try_at: NOW + 15_000 });
  expect(fetching).toBe(
    'The disk of the library is full, and the clip waits at WaveSpeed. Free some space. ' +
      'The clip is paid and made; it is fetched by itself as soon as there is room. It is tried again in 15 s.',
  );
  for (const state of ['downloading', 'queued', 'preparing', 'running', 'failed'] as const) {
    const told = words({ ...full, state });
    const isPaid = state === 'downloading';
    expect(told.includes('paid and made'), state).toBe(isPaid);
    expect(isPaid && told.includes('nothing was bought'), state).toBe(false);
  }
});

test('a running one is paid: what is in the way never asks to buy, to change it or to choose another', () => {
  const running = (code: string): string => words({ state: 'running', problem: problem(code) });
  for (const code of [
    'other-account',
    'provider-not-found',
    'provider-refused',
    'provider-no-credit',
    'provider-unavailable',
    'provider-unexpected-answer',
    'provider-unusable',
  ]) {
    const told = running(code);
    expect(told, code).toContain('WaveSpeed');
    expect(told, code).not.toMatch(/generate|choose|change|try again|model/i);
  }
  expect(running('other-account')).toContain('Put those back in Settings');
  expect(running('provider-not-found')).toContain('It stays paid');
});

test('a lost one says why it cannot be looked for, and never to buy again', () => {
  const lost = (code: string, needs_person: boolean): string =>
    words({
      state: 'unknown',
      evidence: { verdict: 'looking', needs_person } as Evidence,
      problem: problem(code),
      next_try_at: NOW + 5_000,
    });
  expect(lost('answer-lost', false)).toBe('');
  expect(lost('library-restored', true)).toBe('');
  expect(lost('provider-unreachable', false)).toBe('WaveSpeed cannot be reached. It goes on by itself.');
  for (const code of [
    'provider-rate-limited',
    'provider-unavailable',
    'provider-unexpected-answer',
    'provider-not-found',
  ])
    expect(lost(code, false), code).toMatch(/^WaveSpeed .*\. It goes on by itself\.$/);
  expect(lost('provider-unreachable', true)).toBe(
    'The provider cannot be reached. Check the network, and the address in Settings.',
  );
  expect(lost('key-missing', true)).toBe(
    'There is no key for WaveSpeed, so it cannot be looked for. Add it in Settings.',
  );
  for (const code of [
    'provider-key-refused',
    'provider-unusable',
    'provider-refused',
    'provider-not-found',
    'provider-no-credit',
    'provider-unexpected-answer',
    'provider-unavailable',
    'provider-rate-limited',
  ]) {
    const told = lost(code, true);
    expect(told, code).toContain('WaveSpeed');
    expect(told, code).not.toMatch(/generate|choose|try again/i);
  }
});
