import { describe, expect, test } from 'vitest';
import type { FoundPaid, FoundTask } from '../platform';
import { claims, isFetchable } from './found.svelte';

function task(part: Partial<FoundTask>): FoundTask {
  return {
    provider: 'wavespeed',
    account: 'a',
    remote_id: 'r',
    made_at: null,
    model_name: '',
    prompt: '',
    seconds: null,
    standing: 'made',
    may_be: null,
    ...part,
  };
}

describe('what can be fetched', () => {
  test('what is made or being made, and is nobody’s', () => {
    expect(isFetchable(task({}))).toBe(true);
    expect(isFetchable(task({ standing: 'running' }))).toBe(true);
  });
  test('a failed one has no clip', () => {
    expect(isFetchable(task({ standing: 'failed' }))).toBe(false);
  });
  test('the answer to a lost request is decided in the queue', () => {
    expect(isFetchable(task({ may_be: 'The door' }))).toBe(false);
  });
});

function paid(part: Partial<FoundPaid>): FoundPaid {
  return { tasks: [], problems: [], days: 30, whole: true, back_to: null, ...part };
}

describe('what an answer claims', () => {
  const refused = { code: 'provider-key-refused', message: '', hint: '', retryable: false };
  const keys = (part: Partial<FoundPaid>): (string | undefined)[] => {
    const { main, gap } = claims(paid(part), 'WaveSpeed');
    return [main.key, gap?.key];
  };
  test('nothing is missing only where everything was read', () => {
    expect(keys({})).toEqual(['found.empty', undefined]);
    expect(keys({ whole: false, problems: [refused] })).toEqual(['found.none-so-far', undefined]);
    expect(keys({ whole: false })).toEqual(['found.none-so-far', 'found.in-part']);
    expect(keys({ whole: false, back_to: 1 })).toEqual(['found.none-so-far', 'found.back-to']);
  });
  test('what was found stands beside what could not be read', () => {
    expect(keys({ tasks: [task({})] })).toEqual(['found.how', undefined]);
    expect(keys({ tasks: [task({})], whole: false })).toEqual(['found.how', 'found.in-part']);
  });
});
