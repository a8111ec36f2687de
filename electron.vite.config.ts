import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const at = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  // One Node build holds the shell, the command line, the inference child and the threads; only `index` imports electron.
  main: {
    build: {
      target: 'node20',
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          cli: at('src/cli/index.ts'),
          inference: at('src/inference/index.ts'),
          'evaluate-worker': at('src/engine/evaluate/worker.ts'),
          'tally-worker': at('src/engine/lab/tally-worker.ts'),
          'export-worker': at('src/engine/export/worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [svelte({ configFile: at('svelte.config.js') })],
    build: {
      minify: true,
      outDir: at('out/renderer'),
      rollupOptions: { input: { index: at('src/renderer/index.html') } },
    },
  },
})
