import { expect, test } from 'vitest';
import { belowSandbox, sandboxOf } from './sandbox-address';

const providers = ['wavespeed', 'kling', 'kling-legacy'];

test('every provider stands below the sandbox by its own name', () => {
  const addresses = belowSandbox(' http://127.0.0.1:4000/ ', providers);
  expect(addresses).toEqual({
    wavespeed: 'http://127.0.0.1:4000/wavespeed',
    kling: 'http://127.0.0.1:4000/kling',
    'kling-legacy': 'http://127.0.0.1:4000/kling-legacy',
  });
  expect(sandboxOf(addresses, providers)).toBe('http://127.0.0.1:4000');
});

test('one provider elsewhere is no sandbox', () => {
  const addresses = { ...belowSandbox('http://127.0.0.1:4000', providers), kling: 'https://proxy.example' };
  expect(sandboxOf(addresses, providers)).toBe('');
  expect(sandboxOf({}, providers)).toBe('');
});
