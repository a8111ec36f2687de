// `npm run bench`: ratios between two ways of doing the same thing, measured in one run; then how fast the real window edits.
import { ensureChromium, ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  if (!tool('vitest/vitest.mjs', 'bench', '--run', '--project', 'bench', ...process.argv.slice(2)))
    process.exitCode = 1
  if (process.argv.length > 2) return
  process.env.MQ_STUDIO_CHROMIUM = ensureChromium()
  if (!tool('tsx/dist/cli.mjs', 'test/bench/editing.ts')) process.exitCode = 1
})
