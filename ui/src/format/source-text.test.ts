import { expect, test } from 'vitest';
import { figuresWhole, shellLines, stretches } from './source-text';

test('options and addresses keep to one line, and nothing is lost', () => {
  const text = 'curl -X POST \\\n  -H "Bearer $KEY" https://example.com/a-b/c';
  const parts = stretches(text);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  const whole = parts.filter((part) => part.whole).map((part) => part.text);
  expect(whole).toContain('-H');
  expect(whole).toContain('https://example.com/a-b/c');
});

test('what fits on no line, and scripts without spaces, may break', () => {
  for (const text of ['x'.repeat(200), '港口的黎明海鸥在平静的水面上飞翔'])
    expect(stretches(text)).toEqual([{ text, whole: false }]);
});

test('each further option of a command begins a line, but nothing inside quotes is touched', () => {
  const command = `curl -X POST 'http://a' -H "A: -b \\" -c" -d '{"prompt":"it'\\''s -d here"}'`;
  expect(shellLines(command).split('\n')).toEqual([
    `curl -X POST 'http://a' \\`,
    `  -H "A: -b \\" -c" \\`,
    `  -d '{"prompt":"it'\\''s -d here"}'`,
  ]);
  expect(shellLines(shellLines(command))).toBe(shellLines(command));
});

test('a figure keeps to one line with its unit', () => {
  expect(figuresWhole('$0.42 for 5 s; 1 unit = $0.14, 27 credits a second, 5 samples')).toBe(
    '$0.42 for 5\u00a0s; 1\u00a0unit = $0.14, 27\u00a0credits a second, 5 samples',
  );
});
