import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors'
import type { EffectsRequest, InterveneRequest, MatrixRequest } from '../../../shared/lab/wire'
import { cloneMap, type DenseMap } from '../../../shared/maps'
import { FakeClient, TestEditor } from '../test-editor'

const link = { kind: 'taskLink', scale: 0, source: 'depth', target: 'semseg', head: null } as const
const TASKS = ['semseg', 'depth', 'normals', 'edge'] as const

/** The engine of a model whose cuts move depth by a fixed step and whose matrices are even. */
class LabFake extends FakeClient {
  readonly asked: (InterveneRequest | EffectsRequest | MatrixRequest)[] = []
  gates: (() => void)[] = []
  /** Answers wait until they are let go, one by one. */
  held = false

  constructor() {
    super()
    this.predicted = new Set(['one', 'two', 'three'])
    const { lab } = this
    this.lab = {
      ...lab,
      intervene: async (sample, request, signal) => {
        if (!request.metrics) await this.#wait(request, signal)
        const map = cloneMap(this.labels.get(`${sample}/depth`)!)
        map.data.fill(2.5 + request.interventions.length / 10)
        const metrics = [
          { task: 'depth', metric: 'RMSE', unit: 'm', better: 'lower', before: 0, after: 0.1 } as const,
        ]
        return {
          maps: [{ task: 'depth', map }],
          unchanged: ['semseg', 'normals', 'edge'],
          metrics: request.metrics ? metrics : [],
          seconds: 0.1,
        }
      },
      effects: async (_sample, request, signal) => {
        await this.#wait(request, signal)
        return {
          effects: request.changes.map((change) => {
            const [cut] = change
            const at = cut?.kind === 'taskLink' ? TASKS.indexOf(cut.source as never) : 0
            return TASKS.map((task) => ({ task, value: request.tasks?.includes(task) ? at / 10 : 0 }))
          }),
          seconds: 0.1,
        }
      },
      matrix: async (_sample, request, signal) => {
        await this.#wait(request, signal)
        const values = TASKS.map((_, row) => TASKS.map((_column, column) => (row + column) / 10))
        return { matrices: [{ at: 0, values, own: [0, 0, 0, 0] }], max: 0.6 }
      },
    }
  }

  async #wait(
    request: InterveneRequest | EffectsRequest | MatrixRequest,
    signal?: AbortSignal,
  ): Promise<void> {
    this.asked.push(request)
    if (this.held) await new Promise<void>((go) => this.gates.push(go))
    if (signal?.aborted) throw new AppError('cancelled', 'cancelled')
  }
}

async function opened(): Promise<{ editor: TestEditor; fake: LabFake; follow: () => void }> {
  const fake = new LabFake()
  const editor = await TestEditor.open(fake)
  editor.setMode('attention')
  await editor.settled()
  const follow = (): void => editor.lab.intervened.follow(editor.lab.sample, editor.lab.interveneWanted)
  return { editor, fake, follow }
}
const intervened = (editor: TestEditor): DenseMap | undefined => editor.workspace.map('depth', 'intervened')

describe('the prediction under interventions', () => {
  it('stands beside the untouched one, which a cut taken back shows again bit for bit', async () => {
    const { editor, follow } = await opened()
    const before = editor.workspace.map('depth', 'prediction')
    editor.lab.toggleCut(link)
    expect(editor.lab.view).toBe('difference')
    follow()
    await editor.settled()
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.6)
    expect(editor.lab.intervened.figures.shown?.answer[0]).toMatchObject({ metric: 'RMSE', after: 0.1 })
    // 0.1 m is not a float32: the scale ends at the first round number above the change.
    expect(editor.lab.intervened.ranges).toEqual(new Map([['depth', expect.closeTo(0.1, 1) as number]]))
    editor.run('lab.undo')
    follow()
    expect(editor.lab.intervened.ranges.size).toBe(0)
    expect(intervened(editor)).toBeUndefined()
    expect(editor.workspace.map('depth', 'prediction')).toBe(before)
  })

  it('tells how far the mean of a split is that it waits for', async () => {
    const { editor, fake, follow } = await opened()
    const { intervened: prediction } = editor.lab
    editor.lab.toggleCut(link)
    follow()
    const mean = { type: 'averaging', split: 'val', done: 3, total: 9 } as const
    fake.emit(mean)
    expect(prediction.averaging).toMatchObject({ split: 'val', done: 3, total: 9 })
    fake.emit({ ...mean, done: 9 })
    expect(prediction.averaging).toBeNull()
    // One that was stopped says nothing of the next question.
    await editor.settled()
    editor.run('lab.undo')
    follow()
    fake.emit(mean)
    editor.run('lab.redo')
    follow()
    expect(prediction.averaging).toBeNull()
  })

  it('tells figures of the list from those of the one before', async () => {
    const { editor, follow } = await opened()
    const { lab } = editor
    const isCurrent = (): boolean => lab.intervened.isCurrent(lab.interveneWanted)
    expect(isCurrent()).toBe(false)
    lab.toggleCut(link)
    follow()
    await editor.settled()
    expect(isCurrent()).toBe(true)
    // Until the next answer the figures on screen are those of the first cut alone, and say so when they are saved.
    lab.toggleCut({ ...link, source: 'edge' })
    expect(isCurrent()).toBe(false)
    follow()
    expect(isCurrent()).toBe(false)
    expect(lab.intervened.figures.shown?.request.interventions).toHaveLength(1)
    await editor.settled()
    expect(isCurrent()).toBe(true)
    expect(lab.intervened.figures.shown?.request.interventions).toHaveLength(2)
  })

  it('is asked for once a list: undo and redo show what is kept', async () => {
    const { editor, fake, follow } = await opened()
    const { interventions } = editor.lab
    const step = async (): Promise<void> => {
      follow()
      await editor.settled()
    }
    interventions.toggle(link)
    await step()
    interventions.toggle({ ...link, source: 'edge' })
    await step()
    interventions.undo()
    await step()
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.6)
    interventions.redo()
    await step()
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.7)
    expect(fake.asked).toHaveLength(2)
    editor.lab.intervened.forget()
    await step()
    expect(fake.asked).toHaveLength(3)
  })

  it('answers only what was asked last', async () => {
    const { editor, fake, follow } = await opened()
    fake.held = true
    for (const source of ['depth', 'edge', 'normals'] as const) {
      editor.lab.interventions.toggle({ ...link, source })
      follow()
    }
    expect(fake.asked).toHaveLength(1)
    fake.held = false
    fake.gates.forEach((go) => go())
    await editor.settled()
    expect(fake.asked).toHaveLength(2)
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.8)
  })

  it('never lands in another sample', async () => {
    const { editor, fake, follow } = await opened()
    fake.held = true
    editor.lab.toggleCut(link)
    follow()
    await editor.openSample('two')
    fake.held = false
    fake.gates.forEach((go) => go())
    await editor.settled()
    expect(intervened(editor)).toBeUndefined()
    follow()
    await editor.settled()
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.6)
  })

  it('is not shown or measured when its cut was taken back while the untouched one was fetched', async () => {
    const { editor, fake, follow } = await opened()
    let fetched = (): void => undefined
    const map = fake.map.bind(fake)
    fake.map = async (...asked) => {
      if (asked[2] === 'prediction') await new Promise<void>((go) => (fetched = go))
      return map(...asked)
    }
    editor.workspace.document?.forget('depth', 'prediction')
    editor.lab.toggleCut(link)
    follow()
    await editor.settled()
    editor.run('lab.undo')
    follow()
    fetched()
    await editor.settled()
    expect(intervened(editor)).toBeUndefined()
    expect([editor.lab.intervened.ranges.size, editor.lab.intervened.figures.shown]).toEqual([0, null])
    expect(editor.lab.intervened.figures.busy).toBe(false)
  })

  it('stays beside the untouched one when the sample is read again', async () => {
    const { editor, fake, follow } = await opened()
    editor.lab.toggleCut(link)
    follow()
    await editor.settled()
    await editor.workspace.reload('one', 'depth')
    await editor.settled()
    expect(intervened(editor)?.data[0]).toBeCloseTo(2.6)
    expect([...editor.lab.intervened.ranges.keys()]).toEqual(['depth'])
    expect(fake.asked).toHaveLength(1)
  })

  it('is measured again when labels of its image are corrected, and of no other', async () => {
    const { editor, fake, follow } = await opened()
    const { figures } = editor.lab.intervened
    let measured = 0
    const intervene = fake.lab.intervene.bind(fake.lab)
    fake.lab.intervene = (sample, request, signal) => {
      if (request.metrics) measured++
      return intervene(sample, request, signal)
    }
    editor.lab.toggleCut(link)
    follow()
    await editor.settled()
    expect(measured).toBe(1)
    const corrected = async (sample: string): Promise<void> => {
      fake.emit({ type: 'correction', sample, task: 'depth', revision: 0 })
      await editor.settled()
    }
    await corrected('two')
    expect([measured, figures.shown?.answer.length]).toEqual([1, 1])
    await corrected('one')
    expect([measured, figures.shown?.answer.length]).toEqual([2, 1])
    // While one corrects, nobody looks at figures.
    editor.setMode('correct')
    await corrected('one')
    expect([measured, figures.shown]).toEqual([2, null])
    editor.setMode('attention')
    follow()
    await editor.settled()
    expect([measured, figures.shown?.answer.length]).toEqual([3, 1])
  })
})

describe('what was computed by the names of samples', () => {
  it.each([
    ['another folder', (fake: LabFake) => ((fake.root = '/other'), fake.emit({ type: 'dataset' }))],
    ['another model', (fake: LabFake) => fake.emit({ type: 'model' })],
    ['changed photos', (fake: LabFake) => fake.emit({ type: 'files', samples: ['one'], list: false })],
  ])('is computed anew for %s', async (_, change) => {
    const { editor, fake, follow } = await opened()
    const { intervened: under, influence } = editor.lab
    editor.lab.toggleCut(link)
    follow()
    await editor.settled()
    await influence.measure()
    expect(influence.complete).toBe(true)
    const asked = fake.asked.length
    change(fake)
    await editor.settled()
    expect(influence.summary).toBeNull()
    follow()
    await editor.settled()
    expect(fake.asked).toHaveLength(asked + 1)
    expect(under.ranges.size).toBe(1)
  })
})

describe('influence', () => {
  it('measures every link of the image and compares the ranks when all are known', async () => {
    const { editor } = await opened()
    const { influence } = editor.lab
    expect(influence.summary).toBeNull()
    await influence.measure()
    expect(influence.complete).toBe(true)
    expect(influence.running).toBeNull()
    const { summary } = influence
    expect(summary?.effect).toEqual(TASKS.map(() => [[0], [0.1], [0.2], [0.3]]))
    expect(summary?.attention[1]).toEqual([[0.1], [0.2], [0.3], [0.4]])
    expect(summary?.rankCorrelation.byTask.semseg).toBeCloseTo(1)
    editor.lab.interventions.toggle(link)
    expect(influence.summary).toBeNull()
    editor.lab.interventions.undo()
    expect(influence.summary).toBe(summary)
  })

  it('can be given up, and keeps nothing then', async () => {
    const { editor, fake } = await opened()
    const { influence } = editor.lab
    fake.held = true
    const measuring = influence.measure()
    expect(influence.running).toMatchObject({ done: 0, total: 16 })
    influence.cancel()
    fake.held = false
    fake.gates.forEach((go) => go())
    await measuring
    expect(influence.running).toBeNull()
    expect(influence.summary).toBeNull()
    expect(influence.problem).toBeNull()
  })

  it('is given up when another sample opens', async () => {
    const { editor, fake } = await opened()
    const { influence } = editor.lab
    fake.held = true
    const measuring = influence.measure()
    await editor.openSample('two')
    expect(influence.running).toBeNull()
    fake.held = false
    fake.gates.forEach((go) => go())
    await measuring
    expect(fake.asked).toHaveLength(1)
  })

  it('is beside the attention of all heads, because links are cut in all of them', async () => {
    const { editor, fake } = await opened()
    const { lab } = editor
    lab.head = 0
    await lab.influence.measure()
    const heads = fake.asked.flatMap((request) => ('weighting' in request ? [request.head] : []))
    expect(heads).toEqual([null])
    lab.head = null
    expect(lab.influence.complete).toBe(true)
  })

  it('of the selection sends its pixels and is apart from that of the image', async () => {
    const { editor, fake } = await opened()
    const { influence } = editor.lab
    influence.scope = 'selection'
    expect(influence.possible).toBe(false)
    await influence.measure()
    expect(fake.asked).toHaveLength(0)
    editor.setMode('correct')
    editor.setTool('rectangle')
    editor.stroke([3, 4], [8, 10])
    const bounds = editor.selection?.bounds
    expect(bounds).toBeDefined()
    editor.setMode('attention')
    await influence.measure()
    expect(influence.complete).toBe(true)
    for (const request of fake.asked) expect('region' in request && request.region?.bounds).toEqual(bounds)
    influence.scope = 'image'
    expect(influence.summary).toBeNull()
  })
})

describe('matrices', () => {
  it('ask for what is looked at: level, region and the queries of a link', async () => {
    const { editor } = await opened()
    const { matrices } = editor.lab
    expect(matrices.blocksWanted).toMatchObject({ of: { level: 'task' }, region: null, model: 'abc' })
    matrices.level = 'scale'
    // The fake model has one scale: it has no matrices between scales.
    expect(matrices.blocksWanted?.of).toEqual({ level: 'task' })
    expect(matrices.queriesWanted).toBeNull()
    matrices.open(link)
    expect(matrices.queriesWanted?.of).toEqual({
      level: 'taskBlock',
      scale: 0,
      target: 'semseg',
      source: 'depth',
    })
    matrices.region = 'selection'
    expect(matrices.queriesWanted).toBeNull()
  })
})
