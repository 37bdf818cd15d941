/** Builds the two pages into `dist/web`: hashed files, nothing inlined, nothing fetched from elsewhere. */
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  // Relative, so that the pages also work behind a reverse proxy that serves them under a prefix.
  base: './',
  build: {
    outDir: resolve(here, '../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The server's content security policy allows scripts, styles and images from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Component libraries mark their modules for frameworks that render on a server; here the mark means nothing.
      onLog: (level, log, handle) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handle(level, log)),
      input: { index: resolve(here, 'index.html'), inspect: resolve(here, 'inspect.html') },
    },
  },
});
