import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, bench, describe } from 'vitest'
import { imageOf, LabModel } from '../../src/engine/lab/lab-model'
import { InferenceHost } from '../../src/engine/inference/host'
import { openBundle } from '../../src/engine/predictions/bundle'
import { plainForward } from '../../src/engine/predictions/plain-forward'
import { Encoder } from '../../src/inference/encoder'
import { Lab } from '../../src/inference/lab/lab'
import { Model } from '../../src/inference/model'
import type { KeyedImage } from '../../src/shared/inference-protocol'
import type { Intervention } from '../../src/shared/lab/intervention'
import type { LabAsk, LabJob } from '../../src/shared/lab/protocol'
import type { TaskId } from '../../src/shared/tasks'

/**
 * The attention lab on one image: a pixel's trace from question to framed answer, a cut link and the whole task by task
 * matrix as parts of a full forward, and the memory that attention takes. Forwards and cuts take turns, the least of each
 * is compared, by the clock and (on Linux) by the processor time of this process and the child, which other load on the
 * machine moves less. MQ_STUDIO_BENCH_BUNDLE: the bundle, by default what `forward.bench.ts` made, else the demo model.
 */
const MADE = join(tmpdir(), 'mq-studio-bench-swin_t-nyud')
const DEMO = resolve(import.meta.dirname, '../../resources/models/rooms-mqs')
const bundle = process.env.MQ_STUDIO_BENCH_BUNDLE ?? (existsSync(join(MADE, 'model.json')) ? MADE : DEMO)
const WARM_UP = 60
const HOVERS = 1000

const host = new InferenceHost()
const hovers: number[] = []
let hoverProcessor = NaN
const least = { forward: [Infinity, Infinity], cut: [Infinity, Infinity], matrix: [Infinity, Infinity] }
let model: LabModel
let image: KeyedImage
let tasks: TaskId[]
let contribution = true

beforeAll(async () => {
  model = new LabModel(host, { ...(await openBundle(bundle)), provider: 'cpu' })
  const { width, height } = model.ref.card.input
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 2_654_435_761) >>> 24)
  image = { key: 'noise', width, height, data }
  tasks = model.ref.card.tasks.map(({ id }) => id)
  contribution = 'contributions' in model.ref.card.graphs
  // Every decoder, and then until the code is compiled.
  for (let at = 0; at < WARM_UP; at++) await hover(at)
}, 600_000)

const view = (): { weighting: 'contribution' | 'raw'; head: null } => ({
  weighting: contribution ? 'contribution' : 'raw',
  head: null,
})
function question(at: number): Extract<LabAsk, { kind: 'trace' }> {
  const x = (at * 7919) % image.width
  const y = (at * 104_729) % image.height
  return { kind: 'trace', ...view(), task: tasks[at % tasks.length]!, x, y }
}
async function hover(at: number): Promise<void> {
  await model.ask(imageOf(image), [], question(at))
}
function cut(source: TaskId, target: TaskId): Intervention {
  const entry = { id: 'cut', name: '', enabled: true, head: null, factor: 0, mode: 'renormalise' as const }
  return { kind: 'taskLink', ...entry, scale: null, source, target }
}
async function effect(source: TaskId, target: TaskId): Promise<void> {
  const ask = { kind: 'effect' as const, change: [cut(source, target)], tasks, region: null }
  await model.ask(imageOf(image), [], ask)
}
/** Seconds of the clock, and of the processor in this process and the child. */
async function timed(run: () => Promise<unknown>): Promise<[clock: number, processor: number]> {
  const [start, used] = [performance.now(), processorSeconds()]
  await run()
  return [(performance.now() - start) / 1000, processorSeconds() - used]
}
function processorSeconds(): number {
  const own = process.cpuUsage()
  const stat = `/proc/${host.pid}/stat`
  // After the name in brackets: state is the third field, user and system time (in hundredths) the 14th and 15th.
  const fields = existsSync(stat) ? readFileSync(stat, 'utf8').split(') ')[1]!.split(' ') : null
  const child = fields ? (Number(fields[11]) + Number(fields[12])) / 100 : NaN
  return (own.user + own.system) / 1e6 + child
}
async function measure(name: keyof typeof least, run: () => Promise<unknown>): Promise<void> {
  const found = await timed(run)
  least[name] = least[name].map((value, at) => Math.min(value, found[at]!))
}

describe(`the lab of ${bundle}`, () => {
  bench(
    'hover',
    async () => {
      const [, used] = await timed(async () => {
        for (let at = 0; at < HOVERS; at++) hovers.push(1000 * (await timed(() => hover(at)))[0])
      })
      hoverProcessor = (1000 * used) / HOVERS
    },
    { iterations: 1, warmupIterations: 0, time: 0, warmupTime: 0 },
  )
  bench(
    'a forward, a cut, a matrix',
    async () => {
      // Another key: a forward that finds the encoder's results would not be a full one.
      const other = { ...image, key: `noise ${Math.random()}` }
      await measure('forward', () => host.run(model.ref, plainForward(other, false)))
      await measure('cut', () => effect(tasks[1]!, tasks[0]!))
      await measure('matrix', async () => {
        for (const target of tasks)
          for (const source of tasks) if (source !== target) await effect(source, target)
      })
    },
    { iterations: 3, warmupIterations: 0, time: 0, warmupTime: 0 },
  )
})

/** The same lab in this process, to count what it keeps after everything was looked at with a cut. */
async function keptBytes(): Promise<{ open: number; closed: number }> {
  const lab = new Lab(new Encoder(new Model({ ...model.ref, provider: 'cpu' })))
  const job = (ask: LabAsk, interventions: Intervention[] = []): LabJob => ({
    kind: 'lab',
    image,
    interventions,
    queries: [],
    ask,
  })
  const all = tasks.flatMap((target) =>
    tasks.filter((source) => source !== target).map((source) => cut(source, target)),
  )
  for (const interventions of [[], all])
    for (let at = 0; at < tasks.length; at++) await lab.answer(job(question(at), interventions))
  const open = lab.attentionBytes
  await lab.answer(job({ kind: 'close' }))
  return { open, closed: lab.attentionBytes }
}

afterAll(async () => {
  const { open, closed } = await keptBytes()
  await host.dispose()
  hovers.sort((a, b) => a - b)
  const at = (part: number): string => (hovers[Math.floor(hovers.length * part)] ?? NaN).toFixed(1)
  const parts = (name: 'cut' | 'matrix'): string => {
    const [clock, processor] = least[name].map((value, i) => (value / least.forward[i]!).toFixed(3))
    return `${clock} of it (processor ${processor})`
  }
  console.log(
    `hover, question to framed answer: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (limit 8); ` +
      `mean processor time ${hoverProcessor.toFixed(1)} ms\n` +
      `full forward ${least.forward[0]!.toFixed(2)} s; one cut ${parts('cut')}, limit 0.2; ` +
      `all ${tasks.length * (tasks.length - 1)} links ${parts('matrix')}, limit 2\n` +
      `attention kept ${(open / 1e6).toFixed(1)} MB with every task looked at, with and without cuts (limit 130); ` +
      `after closing ${(closed / 1e6).toFixed(1)} MB`,
  )
}, 600_000)
