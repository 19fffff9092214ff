import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { helpPages } from './help/help-pages.ts';

const KB = 1000;

/** Prints what a browser loads before it shows the console: scripts and styles, as they are and compressed. */
function printSize(): Plugin {
  let print = (_line: string) => {};
  return {
    name: 'countersign:print-size',
    apply: 'build',
    configResolved({ logger }) {
      print = (line) => logger.info(line);
    },
    writeBundle(_options, bundle) {
      const files = Object.values(bundle)
        .filter(({ fileName }) => !fileName.startsWith('help/'))
        .map((file) => Buffer.from(file.type === 'chunk' ? file.code : file.source));
      const sizeOf = (size: (file: Buffer) => number) =>
        (files.reduce((sum, file) => sum + size(file), 0) / KB).toFixed(1);
      const raw = sizeOf((file) => file.length);
      const gzip = sizeOf((file) => gzipSync(file).length);
      print(`console: ${raw} kB, ${gzip} kB gzip`);
    },
  };
}

/** Adds the pages of help, which are of the version that is built. */
function addHelp(): Plugin {
  return {
    name: 'countersign:help',
    apply: 'build',
    generateBundle() {
      const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
      const version =
        typeof manifest === 'object' && manifest !== null && 'version' in manifest
          ? String(manifest.version)
          : '';
      for (const [fileName, source] of helpPages(version, import.meta.dirname)) {
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}

export default defineConfig({
  // Below whatever path the issuer has: the server writes it into the page, and files find one another by it.
  base: './',
  plugins: [react(), addHelp(), printSize()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Whoever is sent the code is told whose it is.
    license: { fileName: 'THIRD-PARTY-NOTICES.md' },
    target: 'es2022',
    rolldownOptions: {
      output: {
        // What brings the words is there before anything that has some, and each language is by itself. What every
        // place is made of comes at once after them, and each place by itself.
        codeSplitting: {
          groups: [
            {
              name: 'ground',
              test: /\/node_modules\/|\/src\/(?:words\/words|navigation\/base)/,
              priority: 2,
            },
            { name: 'parts', test: /\/src\/(?:api|components|session|navigation)\//, priority: 1 },
          ],
        },
      },
    },
    // The Content-Security-Policy of the console allows neither inline scripts nor data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
