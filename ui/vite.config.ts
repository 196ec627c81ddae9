import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { standInMedia } from './development/stand-in-media.ts';

export default defineConfig({
  plugins: [svelte(), standInMedia()],
  // Relative, because the window's own address differs between systems.
  base: './',
  server: { port: 5173, strictPort: true },
  build: {
    target: 'es2022',
    // The window's content policy knows no data: addresses, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    // The window reads its files from the program itself: a warning about download size says nothing here.
    chunkSizeWarningLimit: 1000,
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
    reporters: ['default', './development/closing-line.ts'],
  },
});
