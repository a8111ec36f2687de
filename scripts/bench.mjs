// `npm run bench`: ratios between two ways of doing the same thing, measured in one run.
import { ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  if (!tool('vitest/vitest.mjs', 'bench', '--run', '--project', 'bench', ...process.argv.slice(2)))
    process.exitCode = 1
})
