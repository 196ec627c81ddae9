import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { standInMedia } from './development/stand-in-media.ts';

type GetModuleInfo = (id: string) => { importers: readonly string[]; isEntry: boolean } | null;
const atOnce = new Map<string, boolean>();

/** Whether a module is reached from the window's own page by imports that are not put off. */
function neededAtOnce(id: string, about: GetModuleInfo): boolean {
  const known = atOnce.get(id);
  if (known !== undefined) return known;
  // While it is being found out, a circle of imports is no reason.
  atOnce.set(id, false);
  const info = about(id);
  const needed =
    info !== null && (info.isEntry || info.importers.some((importer) => neededAtOnce(importer, about)));
  atOnce.set(id, needed);
  return needed;
}

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
    rollupOptions: {
      output: {
        // What the first picture needs is one file: each one more is asked for and answered before it.
        manualChunks: (id, { getModuleInfo }) => (neededAtOnce(id, getModuleInfo) ? 'first' : undefined),
      },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
    reporters: ['default', './development/closing-line.ts'],
  },
});
