import { describe, expect, test } from 'vitest';
import type { FoundTask } from '../platform';
import { isFetchable } from './found.svelte';

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
