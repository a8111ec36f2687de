// Static checks: types, lint, format, Svelte.
import { ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  const checks = [
    ['typescript/bin/tsc', '-b'],
    ['eslint/bin/eslint.js', '--max-warnings', '0', '.'],
    ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    [
      'svelte-check/bin/svelte-check',
      '--tsconfig',
      'src/renderer/tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
    ],
  ]
  for (const [name, ...args] of checks) {
    process.stderr.write(`check: ${name.split('/')[0]}\n`)
    if (!tool(name, ...args)) process.exitCode = 1
  }
})
