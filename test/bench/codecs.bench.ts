import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterAll, beforeAll, bench, describe } from 'vitest'
import { decodeNpy, encodeNpy, type NpyArray } from '../../src/engine/codecs/npy'
import { decodePng, encodePng, type PngImage } from '../../src/engine/codecs/png'
import { pythonFile, pythonHas } from '../support/python'

/**
 * Label PNGs and npy in memory, ours beside Pillow and NumPy, which time themselves in the same run. Both sides report
 * the least time of the processor; ours counts all threads.
 */
const REPEATS = 20
const SCRIPT = fileURLToPath(new URL('../support/codec_times.py', import.meta.url))
const FILES = ['labels', 'normals', 'depth'].flatMap((kind) =>
  [560, 2048].map((width) => `${kind}-${width}.${kind === 'depth' ? 'npy' : 'png'}`),
)
const timesSchema = v.record(v.string(), v.tuple([v.number(), v.number()]))

interface Sample {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly png: PngImage | null
  readonly npy: NpyArray | null
}
const samples = new Map<string, Sample>()
const ours = new Map<string, number>()
let theirs: v.InferOutput<typeof timesSchema> = {}
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-studio-bench-'))
  theirs = v.parse(timesSchema, JSON.parse(pythonFile(SCRIPT, folder, String(REPEATS))))
  for (const file of FILES) {
    const bytes = Uint8Array.from(await readFile(join(folder, file)))
    const isPng = file.endsWith('.png')
    samples.set(file, {
      bytes,
      png: isPng ? await decodePng(bytes, file) : null,
      npy: isPng ? null : decodeNpy(bytes, file),
    })
  }
}, 300_000)

afterAll(async () => {
  await rm(folder, { recursive: true })
  for (const file of FILES)
    for (const [index, way] of ['decode', 'encode'].entries()) {
      const [own, other] = [ours.get(`${way} ${file}`), theirs[file]?.[index]]
      if (own === undefined || other === undefined) continue
      console.log(
        `${way} ${file}: ours ${own.toFixed(3)} ms, Python ${other.toFixed(3)} ms, ratio ${(own / other).toFixed(2)}`,
      )
    }
})

/** Runs the work once and keeps the least processor time under this name. */
async function timed(name: string, work: () => unknown): Promise<void> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  ours.set(name, Math.min(ours.get(name) ?? Infinity, (user + system) / 1000))
}

describe.skipIf(!pythonHas('PIL', 'numpy'))('codecs beside Pillow and NumPy', () => {
  for (const file of FILES) {
    bench(
      `decode ${file}`,
      () =>
        timed(`decode ${file}`, () => {
          const { bytes } = samples.get(file)!
          return file.endsWith('.png') ? decodePng(bytes, file) : decodeNpy(bytes, file)
        }),
      { iterations: REPEATS, time: 0 },
    )
    bench(
      `encode ${file}`,
      () =>
        timed(`encode ${file}`, () => {
          const { png, npy } = samples.get(file)!
          return png ? encodePng(png) : npy && encodeNpy(npy)
        }),
      { iterations: REPEATS, time: 0 },
    )
  }
})
