#!/usr/bin/env node
// The command line's entry: runs the built program; in a source checkout what is missing or stale is built first.
import { existsSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'

const program = new URL('../out/main/cli.js', import.meta.url)
const setup = new URL('../scripts/ensure.mjs', import.meta.url)

if (existsSync(fileURLToPath(setup))) {
  const { ensureBuild, ensureDependencies, guarded } = await import(setup.href)
  await guarded(() => {
    ensureDependencies()
    ensureBuild()
  })
}
if (existsSync(fileURLToPath(program))) await import(program.href)
else {
  process.stderr.write(`${fileURLToPath(program)} is missing; run \`npm run build\` first\n`)
  process.exitCode = 1
}
