import { describe, expect, it } from 'vitest'
import type { Job } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { FakeClient, TestEditor } from './test-editor'

describe('session', () => {
  it('opens the first sample and stops listening when disposed', async () => {
    const editor = await TestEditor.open()
    expect(editor.session.connection).toBe('ready')
    expect(editor.sampleId).toBe('one')
    expect(editor.film.loaded.map(({ id }) => id)).toEqual(['one', 'two', 'three'])
    expect(editor.tasks.map(({ id }) => id)).toEqual(['semseg', 'depth', 'normals', 'edge'])
    expect(editor.fake.listeners).toBe(1)
    editor.dispose()
    expect(editor.fake.listeners).toBe(0)
  })

  it('steps through the shown samples and stops at the ends', async () => {
    const editor = await TestEditor.open()
    expect(editor.run('sample.previous')).toBe(false)
    await editor.step(1)
    await editor.step(1)
    expect(editor.sampleId).toBe('three')
    expect(editor.run('sample.next')).toBe(false)
  })

  it('filters and sorts without losing the open sample', async () => {
    const editor = await TestEditor.open()
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    const shown = async (): Promise<string[]> => {
      await editor.settled()
      return editor.film.loaded.map(({ id }) => id)
    }
    editor.film.setFilter({ only: 'corrected' })
    expect(await shown()).toEqual(['one'])
    editor.film.setFilter({ only: 'all', text: 't' })
    expect(await shown()).toEqual(['two', 'three'])
    expect(editor.film.place).toBe(-1)
    editor.film.setSort('id')
    expect(await shown()).toEqual(['three', 'two'])
    expect(editor.sampleId).toBe('one')
  })

  it('opens the sample of a problem, or says that there is none', async () => {
    const editor = await TestEditor.open()
    const problem = { file: 'gt_sets/val.txt', code: 'path_outside_root', message: 'it is left out' }
    await editor.session.showProblem({ ...problem, sample: '../two' })
    expect(editor.sampleId).toBe('one')
    expect(editor.notices.items.map(({ message }) => message)).toEqual([
      "“../two” is not among this folder's samples, so it cannot be opened: it is left out.",
    ])
    await editor.session.showProblem({ ...problem, sample: 'two' })
    expect(editor.sampleId).toBe('two')
  })

  it('shows the sample chosen last, whichever answer comes first', async () => {
    const editor = await TestEditor.open()
    const answers = new Map<string, () => void>()
    const { fake } = editor
    const sample = fake.sample.bind(fake)
    fake.sample = async (id) => {
      await new Promise<void>((resolve) => answers.set(id, resolve))
      return sample(id)
    }
    const two = editor.openSample('two')
    const three = editor.openSample('three')
    await editor.settled()
    answers.get('three')?.()
    await three
    answers.get('two')?.()
    await two
    expect(editor.sampleId).toBe('three')
    expect(editor.detail?.id).toBe('three')
    expect(editor.loading).toBe(false)
  })

  it('ignores the brush until the chosen sample is shown', async () => {
    const editor = await TestEditor.open()
    editor.setActiveClass(2)
    const opening = editor.openSample('two')
    editor.stroke([10, 10], [20, 10])
    await opening
    await editor.settled()
    expect(editor.fake.sent).toEqual([])
  })

  it('saves again when the engine comes back', async () => {
    const editor = await TestEditor.open()
    editor.fake.failures.correct = new AppError('internal', 'The engine does not answer.')
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    editor.fake.lose()
    expect([editor.session.connection, editor.sync.state]).toEqual(['lost', 'failed'])
    editor.fake.failures = {}
    editor.fake.reconnect()
    await editor.settled()
    expect([editor.session.connection, editor.sync.state]).toEqual(['ready', 'saved'])
  })

  it('never sends edits of one folder to another', async () => {
    const fake = new FakeClient()
    const editor = await TestEditor.open(fake)
    fake.failures.correct = new AppError('write_failed', 'The disk is full.')
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    fake.root = '/other'
    fake.failures = {}
    fake.emit({ type: 'dataset' })
    await editor.settled()
    expect(fake.sent).toEqual([])
    expect(editor.sync.unsaved).toBe(false)
    expect(editor.notices.items.some(({ message }) => /1 edits were not saved/.test(message))).toBe(true)
  })

  it('keeps the open folder when edits cannot be saved before the next one', async () => {
    const editor = await TestEditor.open()
    editor.fake.failures.correct = new AppError('write_failed', 'The disk is full.')
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    expect(await editor.session.openDataset('/other')).toBe(false)
    expect(editor.sync.unsaved).toBe(true)
    expect(editor.dataset?.root).toBe('/rooms')
  })

  it('follows jobs by their events', async () => {
    const editor = await TestEditor.open()
    const job = { id: 'j', kind: 'predict' as const, total: 3, message: '', problem: null, report: null }
    editor.fake.emit({ type: 'job', job: { ...job, state: 'running', done: 1 } })
    editor.fake.emit({ type: 'prediction', sample: 'two' })
    editor.fake.emit({ type: 'job', job: { ...job, state: 'done', done: 3 } })
    expect(editor.jobs.items).toHaveLength(1)
    expect(editor.jobs.items[0]).toMatchObject({ state: 'done', done: 3 })
    expect(editor.film.loaded.find(({ id }) => id === 'two')?.predicted).toBe(true)
    editor.jobs.dismiss('j')
    expect([editor.jobs.cards, editor.jobs.items.length]).toEqual([[], 1])
  })

  it('shows no results of jobs of another folder or model, but lets what still runs be stopped', async () => {
    const editor = await TestEditor.open()
    const { jobs, fake } = editor
    const emit = (id: string, kind: Job['kind'], state: Job['state']): void =>
      fake.emit({
        type: 'job',
        job: { id, kind, state, done: 1, total: 1, message: '', problem: null, report: null },
      })
    const ids = (list: readonly Job[]): string[] => list.map(({ id }) => id)
    emit('export', 'export', 'done')
    emit('figures', 'evaluate', 'done')
    emit('ranked', 'ranking', 'done')
    emit('cutting', 'influence', 'running')
    fake.emit({ type: 'model' })
    await editor.settled()
    expect(ids(jobs.items)).toEqual(['figures', 'export'])
    expect(ids(jobs.cards)).toEqual(['cutting', 'figures', 'export'])
    emit('cutting', 'influence', 'done')
    emit('new', 'influence', 'done')
    expect(ids(jobs.items)).toEqual(['new', 'figures', 'export'])
    expect(ids(jobs.cards)).toEqual(['new', 'figures', 'export'])
    fake.root = '/other'
    fake.emit({ type: 'dataset' })
    await editor.settled()
    expect(ids(jobs.items)).toEqual(['export'])
  })

  it('asks for the next prediction ahead once one is looked at', async () => {
    const editor = await TestEditor.open()
    await editor.settled()
    expect(editor.fake.prefetched).toEqual([])
    await editor.predictor.run()
    await editor.settled()
    expect(editor.fake.prefetched).toEqual(['two'])
    editor.fake.emit({ type: 'prediction', sample: 'two' })
    editor.fake.emit({ type: 'prediction', sample: 'three' })
    await editor.step(1)
    await editor.settled()
    // The next one is known already.
    expect(editor.fake.prefetched).toEqual(['two'])
  })

  it('reads values of every task under the cursor', async () => {
    const editor = await TestEditor.open()
    editor.setCursor({ x: 3, y: 3 })
    const texts = editor.readout.map(({ task, source, text }) => [task, source, text])
    expect(texts).toEqual([
      ['semseg', 'corrected', 'floor'],
      ['depth', 'corrected', '2.50 m'],
      ['normals', 'corrected', '+0.00 +0.00 +1.00  0°'],
      ['edge', 'corrected', '0.00'],
    ])
    editor.setCursor({ x: -1, y: 3 })
    await expect.poll(() => editor.readout).toEqual([])
  })

  it('counts classes of the shown map and fits the depth range', async () => {
    const editor = await TestEditor.open()
    expect(editor.legend.entries.map(({ name, pixels }) => [name, pixels])).toEqual([
      ['wall', (96 * 72) / 2],
      ['floor', (96 * 72) / 2],
      ['chair', 0],
    ])
    expect(editor.legend.depthWindow).toEqual({ min: 2.5, max: 2.5, auto: true })
    editor.legend.setDepthWindow(4, 1)
    expect(editor.legend.depthWindow).toEqual({ min: 1, max: 4, auto: false })
    editor.legend.toggle(1)
    expect(editor.legend.entries[1]?.hidden).toBe(true)
    editor.legend.setSolo(1)
    expect(editor.legend.entries.map(({ hidden }) => hidden)).toEqual([true, false, true])
  })
})
