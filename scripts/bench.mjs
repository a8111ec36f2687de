// `npm run bench`: ratios between two ways of doing the same thing, measured in one run; then how fast the real window edits
// and follows the pointer in Attention mode.
// `npm run bench -- editing [part of a case's name | strokes]` or `npm run bench -- hover` measures one of the two alone.
import { ensureChromium, ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  const [what, ...rest] = process.argv.slice(2)
  const window = what === 'editing' || what === 'hover'
  if (!window && !tool('vitest/vitest.mjs', 'bench', '--run', '--project', 'bench', ...process.argv.slice(2)))
    process.exitCode = 1
  if (what !== undefined && !window) return
  process.env.MQ_STUDIO_CHROMIUM = ensureChromium()
  for (const name of window ? [what] : ['editing', 'hover'])
    if (!tool('tsx/dist/cli.mjs', `test/bench/${name}.ts`, ...rest)) process.exitCode = 1
})
