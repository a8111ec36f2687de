import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/**
 * Starts a thread: the built entry `<name>.js` beside this code (out/main, also from a chunk), else `source`, a path from
 * this folder, through tsx (tests, development).
 */
export function startThread(name: string, source: string, workerData: unknown): Worker {
  const here = import.meta.dirname
  const built = [`${name}.js`, `../${name}.js`].map((path) => join(here, path)).find(existsSync)
  if (built !== undefined) return new Worker(built, { workerData, execArgv: [] })
  // Threads do not take --import; the loader is called inside instead.
  const api = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs')
  const [loader, entry] = [api, join(here, source)].map((path) => JSON.stringify(pathToFileURL(path).href))
  const code = `import(${loader}).then(({ tsImport }) => tsImport(${entry}, ${entry}))`
  return new Worker(code, { eval: true, workerData })
}
