import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../shared/errors'

/** Starts the inference child: IPC with `serialization: 'advanced'` (typed arrays), stderr piped. */
export type SpawnInference = () => ChildProcess

/** The built entry beside this code (out/main, also from a chunk), else the source through tsx (tests, development). */
export const forkInference: SpawnInference = () => {
  const here = import.meta.dirname
  const built = [join(here, 'inference.js'), join(here, '../inference.js')].find((path) => existsSync(path))
  if (built) return start(built, [])
  const source = join(here, '../../inference/index.ts')
  if (!existsSync(source))
    throw new AppError('internal', `the inference program is missing beside ${here}; install MQ Studio again`)
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  return start(source, ['--import', loader])
}

function start(entry: string, execArgv: string[]): ChildProcess {
  return fork(entry, [], {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // NVIDIA's libraries round products to 10 bits unless told not to; a model must give the numbers it was trained with.
    env: { ...process.env, NVIDIA_TF32_OVERRIDE: '0' },
  })
}
