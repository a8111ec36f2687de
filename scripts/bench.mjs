// `npm run bench`: ratios between two ways of doing the same thing, measured in one run; then how fast the real window edits.
// `npm run bench -- editing [part of a case's name | strokes]` measures the window alone.
import { ensureChromium, ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  const [what, ...rest] = process.argv.slice(2)
  const window = what === 'editing'
  if (!window && !tool('vitest/vitest.mjs', 'bench', '--run', '--project', 'bench', ...process.argv.slice(2)))
    process.exitCode = 1
  if (what !== undefined && !window) return
  process.env.MQ_STUDIO_CHROMIUM = ensureChromium()
  if (!tool('tsx/dist/cli.mjs', 'test/bench/editing.ts', ...rest)) process.exitCode = 1
})
