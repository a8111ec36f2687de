import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyedImage } from '../../shared/inference-protocol'
import { readTrace } from '../../shared/lab/trace-frame'
import type { Intervention, TaskLink } from '../../shared/lab/intervention'
import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { bytesOf } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import { readPhotoFile } from '../codecs/photo'
import { InferenceHost } from '../inference/host'
import { openBundle } from '../predictions/bundle'
import { plainForward } from '../predictions/plain-forward'
import { imageOf, LabModel } from './lab-model'

const FIXTURES = resolve(import.meta.dirname, '../../../test/fixtures')
const VIEW = { weighting: 'contribution', head: null } as const
const named = { id: 'x', name: '', enabled: true }

type Answer<K extends LabAnswer['kind']> = Extract<LabAnswer, { kind: K }>

/** What must hold for any model, asked of both forms in the child. */
describe.each(['tiny-bundle', 'tiny-released'])('the lab of %s', (folder) => {
  const host = new InferenceHost()
  let model: LabModel
  let image: KeyedImage
  let tasks: TaskId[]
  beforeAll(async () => {
    const bundle = join(FIXTURES, folder)
    model = new LabModel(host, { ...(await openBundle(bundle)), provider: 'cpu' })
    image = { key: 'small', ...(await readPhotoFile(join(bundle, 'oracle/small.png'), 'small')) }
    tasks = model.ref.card.tasks.map(({ id }) => id)
  })
  afterAll(() => host.dispose())

  const ask = <A extends LabAsk>(
    question: A,
    interventions: Intervention[] = [],
  ): ReturnType<typeof model.ask<A>> => model.ask(imageOf(image), interventions, question)
  const traced = async (
    interventions: Intervention[] = [],
    view: { weighting: 'contribution' | 'raw'; head: number | null } = VIEW,
    task: TaskId = 'depth',
  ): Promise<ReturnType<typeof readTrace>> =>
    readTrace((await ask({ kind: 'trace', ...view, task, x: 20, y: 17 }, interventions)).frame)
  const changed = (interventions: Intervention[]): Promise<Answer<'maps'>> =>
    ask({ kind: 'maps', tasks }, interventions)
  const mute = (
    task: TaskId,
    scale: number,
    queries: number[],
    mode: 'renormalise' | 'remove',
  ): Intervention => ({
    ...named,
    kind: 'query',
    task,
    scale,
    queries,
    factor: 0,
    mode,
  })
  const link = (source: TaskId, target: TaskId): TaskLink => ({
    ...named,
    kind: 'taskLink',
    scale: null,
    source,
    target,
    head: null,
    factor: 0,
    mode: 'renormalise',
  })
  const every = (): number[] => Array.from({ length: model.ref.card.queries }, (_, query) => query)

  it.each([
    { weighting: 'contribution', head: null },
    { weighting: 'contribution', head: 1 },
    { weighting: 'raw', head: null },
    { weighting: 'raw', head: 0 },
  ] as const)('shares out a pixel without rest: $weighting, head $head', async (view) => {
    const { header, ...numbers } = await traced([], view)
    const sources = header.sources.reduce(
      (sum, { pixels, token, replaced }) => sum + pixels + token + replaced,
      0,
    )
    expect(header.ownFeature + sources).toBeCloseTo(1, 5)
    const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)
    expect(sum(numbers.read) + header.ownFeature).toBeCloseTo(1, 5)
    expect(sum(numbers.origin)).toBeCloseTo(sources, 5)
    numbers.maps.forEach((map, at) => expect(sum(map)).toBeCloseTo(header.sources[at]!.pixels, 5))
    const flow = [header.flow.decoder, ...[header.flow.scales, header.flow.tasks].map((rows) => rows.flat())]
    for (const masses of flow) expect(masses.reduce((sum, value) => sum + value, 0)).toBeCloseTo(sources, 5)
  })

  it('has rows that sum to one', async () => {
    for (const weighting of ['contribution', 'raw'] as const)
      for (const level of ['task', 'scale'] as const) {
        const { answer } = await ask({ kind: 'matrix', weighting, head: null, of: { level }, region: null })
        expect(answer.matrices.length).toBe(
          level === 'task' ? model.ref.card.scales.length : folder === 'tiny-released' ? 0 : tasks.length,
        )
        for (const { values, own } of answer.matrices)
          values.forEach((row, at) =>
            expect(row.reduce((sum, value) => sum + value, own[at]!)).toBeCloseTo(1, 5),
          )
      }
  })

  it('changes nothing when nothing is cut, bit for bit', async () => {
    const plain = await host.run(model.ref, plainForward(image, false))
    const idle = { ...link('depth', 'semseg'), factor: 1 }
    expect(await changed([idle])).toMatchObject({ maps: [], unchanged: tasks })
    const same = await model.changed(image, [idle], tasks)
    for (const { task, map } of plain.maps) expect(bytesOf(same.get(task)!)).toEqual(bytesOf(map))
  })

  it('changes only the task that a cut link leads to, and every task when a query is muted', async () => {
    const { maps, unchanged } = await changed([link('semseg', 'depth')])
    expect([maps.map(({ task }) => task), unchanged]).toEqual([
      ['depth'],
      tasks.filter((id) => id !== 'depth'),
    ])
    expect((await changed([mute('semseg', 0, [0], 'remove')])).unchanged).toEqual([])
  })

  it('leaves no path of a muted query', async () => {
    // Other queries in its place change nothing once it is muted, and something while it is not.
    const muted = mute('semseg', 0, [1], 'renormalise')
    const other: Intervention = {
      ...named,
      kind: 'swap',
      task: 'semseg',
      scale: 0,
      query: 1,
      sample: 'noise',
    }
    const queries = (await model.queries(imageOf(image))).map((value, at) => Math.sin(at) * 3 + value)
    const options = { queriesOf: async () => queries }
    const before = await model.changed(image, [muted], tasks)
    const after = await model.changed(image, [muted, other], tasks, options)
    const unmuted = await model.changed(image, [other], tasks, options)
    let moved = 0
    for (const task of tasks) {
      expect(bytesOf(after.get(task)!)).toEqual(bytesOf(before.get(task)!))
      if (Buffer.compare(bytesOf(unmuted.get(task)!), bytesOf(before.get(task)!)) !== 0) moved++
    }
    expect(moved).toBe(tasks.length)
    const { origin } = await traced([muted], VIEW, 'semseg')
    expect(origin[1]).toBe(0)
  })

  it('keeps a pixel to itself when all queries of its task are removed', async () => {
    const scales = model.ref.card.scales.map((_, scale) => mute('depth', scale, every(), 'renormalise'))
    const { header } = await traced(scales)
    expect(header.ownFeature).toBeCloseTo(1, 6)
  })

  it('predicts with the queries of another image while a trace with them is kept', async () => {
    const swap: Intervention = {
      ...named,
      kind: 'swap',
      task: 'depth',
      scale: null,
      query: null,
      sample: 'b',
    }
    const queries = (await model.queries(imageOf(image))).map((value, at) => value + Math.cos(at))
    const options = { queriesOf: async () => queries }
    const first = await model.changed(image, [swap], tasks, options)
    await model.ask(imageOf(image), [swap], { kind: 'maps', tasks }, options)
    const again = await model.changed(image, [swap], tasks, options)
    for (const task of tasks) expect(bytesOf(again.get(task)!)).toEqual(bytesOf(first.get(task)!))
  })

  it('tells apart what came from replaced queries', async () => {
    const swap: Intervention = { ...named, kind: 'swap', task: null, scale: null, query: null, sample: 'b' }
    const queries = await model.queries(imageOf(image))
    const { frame } = await model.ask(
      imageOf(image),
      [swap],
      { kind: 'trace', ...VIEW, task: 'depth', x: 20, y: 17 },
      { queriesOf: async () => queries },
    )
    const { header } = readTrace(frame)
    const pixels = header.sources.reduce((sum, source) => sum + source.pixels + source.token, 0)
    expect(pixels).toBe(0)
    expect(header.sources.reduce((sum, { replaced }) => sum + replaced, header.ownFeature)).toBeCloseTo(1, 5)
    // The same numbers put in their own place.
    expect((await model.ask(imageOf(image), [swap], { kind: 'maps', tasks })).maps).toEqual([])
  })

  it('measures an effect without keeping it, the whole image and a region', async () => {
    const change = [link('semseg', 'depth')]
    const region = new Uint8Array(image.width * image.height).fill(1, 0, image.width)
    const whole = await ask({ kind: 'effect', change, tasks, region: null })
    const part = await ask({ kind: 'effect', change, tasks, region })
    const plain = (await model.changed(image, [], ['depth'])).get('depth')!.data
    const cut = (await model.changed(image, change, ['depth'])).get('depth')!.data
    const mean = (count: number): number => {
      let sum = 0
      for (let i = 0; i < count; i++) sum += Math.abs(plain[i]! - cut[i]!)
      return sum / count
    }
    const value = (answer: Answer<'effect'>): Record<string, number | null> =>
      Object.fromEntries(answer.values.map(({ task, value: effect }) => [task, effect]))
    expect(value(whole)).toEqual({ semseg: 0, depth: mean(plain.length), normals: 0, edge: 0 })
    expect(value(part).depth).toBe(mean(image.width))
  })

  it('shows every query of a task small, and one of them whole', async () => {
    const { header, data } = await ask({ kind: 'gallery', ...VIEW, task: 'edge', scale: 0 })
    const { queries, thumbnail } = header
    expect(queries.map(({ query }) => query)).toEqual(every())
    expect(data.length).toBe(queries.length * 2 * thumbnail.width * thumbnail.height)
    const one = await ask({ kind: 'query', ...VIEW, task: 'edge', scale: 0, query: 2 })
    const { read, write, token, entropy, classes } = one.header
    const map = ({ offset, width, height }: typeof read): Float32Array =>
      one.data.subarray(offset, offset + width * height)
    expect(map(read).reduce((sum, value) => sum + value, token!)).toBeCloseTo(1, 5)
    expect(queries[2]!.readMax).toBe(Math.max(...map(read)))
    expect(queries[2]!.writeMax).toBe(Math.max(...map(write)))
    expect(entropy.bits).toBeGreaterThan(0)
    expect(entropy.bits).toBeLessThanOrEqual(entropy.even)
    expect(queries[2]!.topClass!.index).toBe(classes!.prediction[0]!.index)
    expect(classes!.prediction.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6)
  })

  it('refuses what there is not', async () => {
    await expect(ask({ kind: 'trace', ...VIEW, task: 'sal', x: 0, y: 0 })).rejects.toMatchObject({
      code: 'bad_arguments',
    })
    await expect(ask({ kind: 'trace', ...VIEW, task: 'depth', x: image.width, y: 0 })).rejects.toThrow(
      'no pixel column',
    )
    await expect(traced([], { weighting: 'raw', head: 99 })).rejects.toThrow('no head 99')
    await expect(ask({ kind: 'gallery', ...VIEW, task: 'depth', scale: 9 })).rejects.toThrow('no scale 9')
    await expect(changed([mute('depth', 0, [999], 'remove')])).rejects.toThrow('no query 999')
    const region = new Uint8Array(3)
    await expect(ask({ kind: 'effect', change: [], tasks, region })).rejects.toThrow('3 pixels')
  })

  it('opens an image again after it was closed, and in another child', async () => {
    const before = await traced()
    await ask({ kind: 'close' })
    process.kill(host.pid!, 'SIGKILL')
    await expect.poll(() => host.pid).toBeNull()
    expect(await traced()).toEqual(before)
  })
})
