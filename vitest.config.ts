import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const node = { environment: 'node', testTimeout: 30_000 } as const

export default defineConfig({
  plugins: [svelte()],
  test: {
    // Two workers at most: some tests start child processes of their own.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          ...node,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'model/rooms/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: { ...node, name: 'bench', include: [], benchmark: { include: ['test/bench/*.bench.ts'] } },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
