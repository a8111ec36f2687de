import { AppError } from '../../src/shared/errors'
import { json } from './json'
import { mat } from './mat'
import { randomFrom } from '../support/random-maps'
import type { Random } from './mutate'
import { npy } from './npy'
import { graph } from './onnx'
import { png } from './png'

/** What is fuzzed: sound files, a changed one, and reading it, which may fail with an AppError and nothing else. */
export interface Target {
  corpus(): Promise<Uint8Array[]>
  next(files: readonly Uint8Array[], random: Random): Uint8Array
  read(bytes: Uint8Array): Promise<void>
}
export const TARGETS: Readonly<Record<string, Target>> = { png, npy, mat, json, onnx: graph }

export interface Outcome {
  readonly files: number
  /** Read without complaint although changed. */
  readonly read: number
  /** Refused, by error code. */
  readonly refused: Readonly<Record<string, number>>
  /** Longest computing time for one file: of the processor, so that a busy machine does not count. */
  readonly slowestMs: number
  /** What a reader may never do, with the seed that shows it. */
  readonly faults: readonly { readonly seed: number; readonly what: string }[]
}

/** A file of a few kilobytes that takes longer hangs a folder of thousands. */
const SLOW_MS = 2000
const MAX_FAULTS = 20

/** Reads `count` changed files; file n depends on `seed + n` alone, so that one can be looked at again. */
export async function fuzz(target: Target, count: number, seed: number): Promise<Outcome> {
  const files = await target.corpus()
  for (const file of files) await target.read(file)
  const refused: Record<string, number> = {}
  const faults: { seed: number; what: string }[] = []
  let read = 0
  let slowestMs = 0
  for (let n = 0; n < count && faults.length < MAX_FAULTS; n++) {
    const bytes = target.next(files, randomFrom(seed + n))
    const start = process.cpuUsage()
    try {
      await target.read(bytes)
      read++
    } catch (error) {
      if (error instanceof AppError && error.code !== 'internal')
        refused[error.code] = (refused[error.code] ?? 0) + 1
      else
        faults.push({
          seed: seed + n,
          what: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
    }
    const { user, system } = process.cpuUsage(start)
    const took = (user + system) / 1000
    slowestMs = Math.max(slowestMs, took)
    if (took > SLOW_MS) faults.push({ seed: seed + n, what: `took ${Math.round(took)} ms` })
  }
  return { files: count, read, refused, slowestMs, faults }
}
