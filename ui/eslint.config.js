import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Only the folder that stands for the shell may know the shell. */
const shellImports = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: ['@tauri-apps/*', '@tauri-apps/**'],
          message: 'Only src/platform/ may import the shell. Ask the Platform interface instead.',
        },
        {
          regex: '^@lucide/svelte$',
          message: 'Import each icon by its own path: @lucide/svelte/icons/<name>.',
        },
      ],
    },
  ],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/platform/contract.ts', 'end-to-end/', 'benches/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      ...shellImports,
      // The compiler knows every name; the linter does not.
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'svelte/no-at-html-tags': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The content policy refuses style attributes. Use a class or a style: directive.',
        },
      ],
      // Sets and maps here are replaced as a whole, never changed under a watcher's eyes.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text becomes markup there.' },
        { property: 'outerHTML', message: 'Text becomes markup there.' },
      ],
    },
  },
  { files: ['src/platform/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['*.js', '*.ts', 'development/**'],
    languageOptions: { globals: { ...globals.node } },
  },
);
