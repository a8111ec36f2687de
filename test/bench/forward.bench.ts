import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import sharp from 'sharp'
import { afterAll, beforeAll, bench, describe } from 'vitest'
import type { Dataset } from '../../src/engine/dataset/dataset'
import { openDataset } from '../../src/engine/dataset/readers'
import { InferenceHost } from '../../src/engine/inference/host'
import { openBundle } from '../../src/engine/predictions/bundle'
import { plainForward } from '../../src/engine/predictions/plain-forward'
import { createPredictions } from '../../src/engine/predictions/service'
import type { ForwardResult, ModelRef } from '../../src/shared/inference-protocol'
import { pythonPath } from '../support/python'

/**
 * A whole forward in the child beside PyTorch eager and onnxruntime for Python on the same graphs; photo to maps; a kept
 * prediction. All in turns, so that other load meets every side; the least of each is compared.
 * MQ_STUDIO_BENCH_BUNDLE: the bundle, by default Swin-T for NYUD with random weights, made in the temporary folder once for
 * each revision of the exporter.
 * MQ_STUDIO_PYTHON: an interpreter with torch and onnxruntime; without them those comparisons are skipped.
 */
const ROUNDS = 7
const ROOT = resolve(import.meta.dirname, '../..')
const PYTHON = process.env.MQ_STUDIO_PYTHON ?? pythonPath
const has = (module: string): boolean => spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0
const sides = ['torch', 'onnxruntime'].filter(has)
const bundle = process.env.MQ_STUDIO_BENCH_BUNDLE ?? made()

/** Swin-T for NYUD; the demo model where there is no torch to make it. */
function made(): string {
  // Its name holds the revision of the code that exports it, so that no older graphs are timed.
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD:model/mqtransformer'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const folder = join(tmpdir(), `mq-studio-bench-swin_t-nyud-${stdout.trim()}`)
  if (existsSync(join(folder, 'model.json'))) return folder
  const words = '-m mqtransformer convert --random --dataset nyud --backbone swin_t --out'.split(' ')
  const { status } = spawnSync(PYTHON, [...words, folder], { cwd: join(ROOT, 'model'), stdio: 'inherit' })
  return status === 0 ? folder : join(ROOT, 'resources/models/rooms-mqs')
}

/** Seconds on the wall, and of the processor where they can be told. */
interface Time {
  readonly wall: number
  readonly processor: number
}
const times = new Map<string, Time[]>()
function note(name: string, wall: number, processor = NaN): void {
  times.set(name, [...(times.get(name) ?? []), { wall, processor }])
}

const host = new InferenceHost()
let folder = ''
let model: ModelRef
let dataset: Dataset
let predictions: ReturnType<typeof createPredictions>
let python: ChildProcess | null = null
let answers: AsyncIterator<string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-forward-'))
  model = { ...(await openBundle(bundle)), provider: 'cpu' }
  const { width, height } = model.card.input
  await mkdir(join(folder, 'images'))
  await mkdir(join(folder, 'gt_sets'))
  const noise = { background: '#888', noise: { type: 'gaussian' as const, mean: 128, sigma: 40 } }
  await sharp({ create: { width, height, channels: 3, ...noise } })
    .png()
    .toFile(join(folder, 'images/a.png'))
  await writeFile(join(folder, 'gt_sets/val.txt'), 'a\n')
  await cp(join(folder, 'images/a.png'), join(folder, 'images/b.png'))
  dataset = await openDataset(folder)
  predictions = createPredictions({ provider: 'cpu', cacheDir: join(folder, 'cache') })
  await predictions.openModel(bundle)
  await predictions.predict(dataset, 'a')
  if (sides.length === 0) return
  python = spawn(PYTHON, [join(ROOT, 'test/support/forward_times.py'), bundle], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  answers = createInterface({ input: python.stdout! })[Symbol.asyncIterator]()
}, 600_000)

/** Processor seconds of the child so far (Linux: user and system ticks of 10 ms). */
async function used(): Promise<number> {
  const stat = await readFile(`/proc/${host.pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
const graphTime = ({ seconds }: ForwardResult): number =>
  Object.values(seconds).reduce((sum, value) => sum + value, 0)

let round = 0
async function everything(): Promise<void> {
  round++
  const photo = performance.now()
  const image = { key: `photo-${round}`, ...(await dataset.readPhoto('a')) }
  const before = await used()
  const result = await host.run(model, plainForward(image, false))
  const graphs = graphTime(result)
  note('photo file to maps', (performance.now() - photo) / 1000)
  note('forward', graphs, (await used()) - before)

  const kept = performance.now()
  const { tasks } = await predictions.predict(dataset, 'a')
  await Promise.all(tasks.map((id) => predictions.map(dataset, 'a', id)))
  note('kept prediction', (performance.now() - kept) / 1000)

  for (const side of sides) {
    python!.stdin!.write(`${side}\n`)
    const [wall, processor] = String((await answers.next()).value)
      .split(' ')
      .map(Number)
    note(side, wall ?? NaN, processor)
  }
}

const least = (name: string, of: keyof Time): number =>
  Math.min(...(times.get(name) ?? []).map((time) => time[of]).filter((value) => !Number.isNaN(value)))

afterAll(async () => {
  await host.dispose()
  await predictions.dispose()
  python?.kill()
  await rm(folder, { recursive: true })
  const ratio = (of: string, to: string, limit: string): void => {
    if (!times.has(to)) return console.log(`${of} / ${to}: skipped, ${PYTHON} has no ${to}`)
    const parts = (['wall', 'processor'] as const).flatMap((kind) => {
      const value = least(of, kind) / least(to, kind)
      return Number.isFinite(value) ? [`${value.toFixed(2)} (${kind})`] : []
    })
    console.log(
      `${of} / ${to}: ${parts.join(', ')}; wanted ${limit}. ${(least(of, 'wall') * 1000).toFixed(0)} ms and ${(least(to, 'wall') * 1000).toFixed(0)} ms`,
    )
  }
  console.log(`bundle ${bundle}, least of ${round} rounds`)
  ratio('forward', 'torch', '<= 0.45')
  ratio('forward', 'onnxruntime', '<= 1.05')
  ratio('photo file to maps', 'forward', '<= 1.10')
  console.log(
    `kept prediction shown: ${(least('kept prediction', 'wall') * 1000).toFixed(0)} ms; wanted < 100 ms`,
  )
})

describe('forward', () => {
  bench('one round of everything', everything, { iterations: ROUNDS, time: 0, warmupIterations: 1 })
})
