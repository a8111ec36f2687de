// `npm test`: static checks, unit tests and the end-to-end tests in Chromium. Ends with one line of counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild, ensureChromium, ensureDependencies, guarded, tool } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  process.env.MQ_STUDIO_CHROMIUM = ensureChromium()
  if (!checked()) process.exitCode = 1
  ensureBuild()
  const folder = mkdtempSync(join(tmpdir(), 'mq-studio-test-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    if (!tool('vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2))) process.exitCode = 1
    const {
      numPassedTests: passed,
      numFailedTests,
      numPendingTests: skipped,
      success,
    } = JSON.parse(readFileSync(report, 'utf8'))
    // A suite that fails before its first test has no failed test.
    const failed = success ? 0 : Math.max(1, numFailedTests)
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function checked() {
  return process.argv.length > 2 || tool('../scripts/check.mjs')
}
