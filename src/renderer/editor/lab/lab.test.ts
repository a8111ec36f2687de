import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors'
import type { TraceRequest } from '../../../shared/lab/wire'
import { createMap } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../test-editor'
import { REST_MS } from './cut-effects.svelte'

/** An editor in Attention mode on a sample with a prediction. */
async function inLab(fake = new FakeClient()): Promise<TestEditor> {
  fake.predicted.add('one')
  const editor = await TestEditor.open(fake)
  editor.setMode('attention')
  return editor
}
afterEach(() => vi.useRealTimers())

describe('the traced pixel', () => {
  it('is the middle, then the pixel under the pointer, which stays when the pointer leaves, then the pin', async () => {
    const { lab } = await inLab()
    expect(lab.point).toEqual({ task: 'semseg', x: WIDTH / 2, y: HEIGHT / 2 })
    lab.hoverAt({ task: 'depth', x: 3, y: 4 })
    lab.hoverAt(null)
    expect(lab.point).toEqual({ task: 'depth', x: 3, y: 4 })
    lab.pinAt()
    lab.hoverAt({ task: 'edge', x: 9, y: 9 })
    expect(lab.point).toEqual({ task: 'depth', x: 3, y: 4 })
    expect(lab.traceWanted).toMatchObject({
      model: 'abc',
      task: 'depth',
      x: 3,
      y: 4,
      weighting: 'contribution',
    })
  })

  it('is marked when its maps are here, and a pin at once', async () => {
    const editor = await inLab()
    const { lab } = editor
    // Nothing is traced yet.
    expect(lab.marked).toEqual(lab.point)
    editor.showAttention(new Float32Array(12))
    lab.hoverAt({ task: 'depth', x: 3, y: 4 })
    expect(lab.marked).toMatchObject({ task: 'semseg', x: 0, y: 0 })
    lab.pinAt()
    expect(lab.marked).toEqual({ task: 'depth', x: 3, y: 4 })
  })

  it('is pinned with P, moved with the arrow keys inside the photo, and let go with Escape', async () => {
    const editor = await inLab()
    const press = (key: string): boolean => {
      const command = editor.keymap.commandAt(key, 'attention') ?? editor.keymap.commandAt(key)
      return command !== undefined && editor.run(command.id)
    }
    editor.lab.hoverAt({ task: 'depth', x: 1, y: 4 })
    press('p')
    for (let i = 0; i < 3; i++) press('arrowleft')
    press('arrowdown')
    press('shift+arrowright')
    expect(editor.lab.pin).toEqual({ task: 'depth', x: 16, y: 5 })
    expect(editor.sampleId).toBe('one')
    editor.cancel()
    expect(editor.lab.pin).toBeNull()
  })

  it('says what is missing without a prediction', async () => {
    const editor = await TestEditor.open()
    expect(editor.lab.obstacle).toBe('no-prediction')
    expect([editor.lab.sample, editor.lab.traceWanted]).toEqual([null, null])
  })
})

describe('what is cut', () => {
  it('is seen in the panes, which go back to what was looked at when nothing is cut any more', async () => {
    const { lab } = await inLab()
    const query = { task: 'depth', scale: 0, query: 1 } as const
    lab.queries.toggleMute(query)
    expect(lab.view).toBe('difference')
    lab.queries.toggleMute(query)
    expect(lab.view).toBe('sources')
    lab.tab = 'queries'
    lab.choose(query)
    lab.queries.toggleSolo(query)
    expect(lab.view).toBe('difference')
    lab.queries.toggleSolo(query)
    expect(lab.view).toBe('query')
    // Who compares predictions goes on comparing them.
    lab.view = 'prediction'
    lab.queries.toggleMute(query)
    expect(lab.view).toBe('prediction')
  })
})

describe('the attention kept by the engine', () => {
  it('is freed when another sample opens, and only if it was looked at', async () => {
    const fake = new FakeClient()
    const closed: string[] = []
    fake.lab.close = async (id) => void closed.push(id)
    const editor = await inLab(fake)
    await editor.openSample('two')
    await editor.openSample('one')
    expect(closed).toEqual([])
    editor.lab.trace.ask(editor.lab.sample, editor.lab.traceWanted)
    await editor.openSample('two')
    expect(closed).toEqual(['one'])
  })
})

describe('questions', () => {
  it('keep the last answer while the next is on its way, and say why there is none', async () => {
    const asked: TraceRequest[] = []
    const fake = new FakeClient()
    fake.lab.trace = (_id, request) => {
      asked.push(request)
      return Promise.reject(new AppError('not_found', 'no such query'))
    }
    const editor = await inLab(fake)
    const { lab } = editor
    for (const x of [1, 2, 3]) {
      lab.hoverAt({ task: 'depth', x, y: 0 })
      lab.trace.ask(lab.sample, lab.traceWanted)
    }
    await editor.settled()
    expect(asked.map(({ x }) => x)).toEqual([1, 3])
    expect(lab.trace.problem?.message).toBe('no such query')
    lab.trace.ask(null, null)
    expect(lab.trace.problem).toBeNull()
  })
})

describe('measured cuts', () => {
  it('are made once the pixel rests, one source task after the other, and once only', async () => {
    vi.useFakeTimers()
    const fake = new FakeClient()
    const cut: string[] = []
    fake.lab.intervene = (_id, { interventions, tasks }) => {
      const [link] = interventions
      if (link?.kind !== 'taskLink') throw new Error('a cut of a link was expected')
      cut.push(`${link.source} → ${link.target}`)
      const map = createMap('scalar', WIDTH, HEIGHT)
      map.data.fill(3)
      const maps = link.source === 'edge' ? [] : [{ task: tasks![0]!, map }]
      return Promise.resolve({ maps, unchanged: [], metrics: [], seconds: 0 })
    }
    const editor = await inLab(fake)
    const { lab } = editor
    lab.hoverAt({ task: 'depth', x: 1, y: 1 })
    lab.effects.rest()
    await vi.advanceTimersByTimeAsync(REST_MS - 10)
    expect(cut).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    await editor.settled()
    expect(cut).toEqual(['semseg → depth', 'normals → depth', 'edge → depth'])
    // The label, which the fake predicts, is 2.5 m everywhere.
    expect(lab.effects.cuts.map(({ source, mean }) => [source, mean])).toEqual([
      ['semseg', 0.5],
      ['normals', 0.5],
      ['edge', 0],
    ])
    lab.hoverAt({ task: 'depth', x: 50, y: 50 })
    lab.effects.rest()
    await vi.advanceTimersByTimeAsync(2 * REST_MS)
    expect(cut).toHaveLength(3)
  })

  it('go on after one failed: with another task, and with the same when asked again', async () => {
    vi.useFakeTimers()
    const fake = new FakeClient()
    let broken = true
    fake.lab.intervene = () =>
      broken
        ? Promise.reject(new AppError('inference_failed', 'out of memory'))
        : Promise.resolve({ maps: [], unchanged: [], metrics: [], seconds: 0 })
    const editor = await inLab(fake)
    const { effects } = editor.lab
    const restOn = async (task: TaskId, x: number): Promise<void> => {
      editor.lab.hoverAt({ task, x, y: 1 })
      effects.rest()
      await vi.advanceTimersByTimeAsync(2 * REST_MS)
      await editor.settled()
    }
    await restOn('depth', 1)
    expect([effects.problem?.message, effects.missing]).toEqual(['out of memory', false])
    broken = false
    await restOn('depth', 2)
    expect(effects.cuts).toEqual([])
    await restOn('edge', 2)
    expect([effects.problem, effects.cuts.length]).toEqual([null, 3])
    broken = true
    await restOn('depth', 1)
    expect([effects.problem?.message, effects.cuts.length]).toEqual(['out of memory', 0])
    broken = false
    effects.retry()
    await editor.settled()
    expect([effects.problem, effects.cuts.length]).toEqual([null, 3])
  })
})

describe('the gallery', () => {
  it('keeps every query at its place under cuts, until another order is chosen', async () => {
    const fake = new FakeClient()
    const header = { width: 1, height: 1, imageRect: { x: 0, y: 0, width: 1, height: 1 } }
    fake.lab.gallery = (_id, { interventions }) =>
      Promise.resolve({
        thumbnail: header,
        queries: [0, 1, 2].map((query) => ({
          ...{ query, readMax: 1, writeMax: 1, entropyBits: 1, topClass: null },
          // What is most without cuts is least with them.
          contribution: interventions.length > 0 ? 1 - query / 10 : query / 10,
          read: new Uint8Array(1),
          write: new Uint8Array(1),
        })),
      })
    const editor = await inLab(fake)
    const { lab } = editor
    const order = async (): Promise<number[]> => {
      lab.queries.gallery.ask(lab.sample, lab.queries.galleryWanted)
      await editor.settled()
      return lab.queries.items.map(({ query }) => query)
    }
    expect(await order()).toEqual([2, 1, 0])
    lab.queries.toggleMute({ task: 'semseg', scale: 0, query: 2 })
    expect(await order()).toEqual([2, 1, 0])
    expect(lab.queries.items[0]?.contribution).toBeCloseTo(0.8)
    lab.queries.sortBy('contribution')
    expect(await order()).toEqual([0, 1, 2])
    lab.queries.task = 'depth'
    lab.interventions.undo()
    expect(await order()).toEqual([2, 1, 0])
  })
})

describe('what attention gives to the labels', () => {
  it('is selected where the threshold says', async () => {
    const editor = await inLab()
    editor.showAttention(Float32Array.from({ length: 12 }, (_, at) => (at === 5 ? 1 : at === 6 ? 0.4 : 0)))
    editor.lab.selection.open = true
    editor.lab.selection.threshold = 50
    expect(editor.lab.selection.preview?.bounds).toEqual({ x: 24, y: 24, width: 24, height: 24 })
    editor.lab.selection.threshold = 30
    await editor.selectMap()
    expect(editor.selection?.bounds).toEqual({ x: 24, y: 24, width: 48, height: 24 })
    expect(editor.mode).toBe('correct')
    editor.run('edit.undo')
    await editor.settled()
    expect(editor.selection).toBeNull()
  })

  it('is the prediction under interventions when one accepts it', async () => {
    const editor = await inLab()
    const under = createMap('scalar', WIDTH, HEIGHT)
    under.data.fill(4)
    await editor.workspace.document?.load('depth', 'prediction')
    editor.workspace.document?.setIntervened('depth', under)
    editor.setMode('correct')
    editor.setTask('depth')
    await editor.settled()
    await editor.operate('accept-selection')
    expect(editor.at(10, 10, 'depth')).toBe(4)
    expect(editor.history.list.at(-1)?.label).toBe('Accept the prediction under interventions')
  })
})
