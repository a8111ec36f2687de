import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const VENV = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
/** `.ci/run` makes the environment, which has what Debian does not package; without it the system's Python is asked. */
export const pythonPath = existsSync(VENV) ? VENV : '/usr/bin/python3'

/** True when Python has these modules; tests that compare with them are skipped otherwise. */
export function pythonHas(...modules: string[]): boolean {
  return spawnSync(pythonPath, ['-c', `import ${modules.join(', ')}`]).status === 0
}

/** Runs a script with `args` as sys.argv[1:]; returns its stdout. */
export function python(script: string, ...args: string[]): string {
  return execFileSync(pythonPath, ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

/** As `python`, of a script in a file. */
export function pythonFile(file: string, ...args: string[]): string {
  return execFileSync(pythonPath, [file, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}
