import type { Sample, SampleDetail, ServerEvent, Status } from '../../shared/contract'
import { writeTile } from '../../shared/edit'
import { AppError } from '../../shared/errors'
import type { RgbImage } from '../../shared/image'
import { cloneMap, createMap, type ClassMap, type DenseMap } from '../../shared/maps'
import type { Review } from '../../shared/review'
import type { SampleQuery } from '../../shared/sample-query'
import { TASKS, type TaskId } from '../../shared/tasks'
import type {
  Client,
  CorrectedTiles,
  CorrectionGesture,
  EventListener,
  LoadedMap,
  SampleRange,
} from '../api/client'
import type { LabClient } from '../api/lab-client'
import { LabMap } from '../api/lab-map'
import { Editor } from './editor.svelte'
import type { EditorPlatform } from './settings'

export const WIDTH = 96
export const HEIGHT = 72
const TASK_LIST = ['semseg', 'depth', 'normals', 'edge'] as const
type TestTask = (typeof TASK_LIST)[number]

/** An engine in memory: three samples, four tasks, corrections with revisions; calls can be made to fail or to wait. */
export class FakeClient implements Client {
  readonly labels = new Map<string, DenseMap>()
  readonly corrected = new Map<string, DenseMap>()
  /** Where a task is missing its label is predicted. */
  readonly predictions = new Map<string, DenseMap>()
  readonly revisions = new Map<string, number>()
  readonly reviews = new Map<string, Map<string, Review>>()
  readonly sent: { sample: string; task: TaskId; edit: CorrectedTiles & { label: string } }[] = []
  /** Set to make the next calls of that name fail. */
  failures: Partial<Record<'correct' | 'map' | 'predict', AppError>> = {}
  /** While set, `correct` waits for it before it answers. */
  gate: Promise<void> | null = null
  predicted = new Set<string>()
  root = '/rooms'
  readonly #listeners = new Set<EventListener>()

  constructor() {
    for (const id of ['one', 'two', 'three'])
      for (const task of TASK_LIST) this.labels.set(`${id}/${task}`, makeLabel(task))
  }

  status(): Promise<Status> {
    const tasks = TASK_LIST.map((id) => ({
      id,
      classes: id === 'semseg' ? ['wall', 'floor', 'chair'] : null,
      palette: null,
    }))
    const dataset = {
      root: this.root,
      name: 'rooms',
      layout: 'nyudv2',
      note: null,
      splits: { train: 3 },
      samples: 3,
      tasks,
      project: { path: '/rooms/.mq-studio', insideDataset: true },
      problems: [],
      problemCount: 0,
      scanned: 3,
    }
    const model = {
      path: '/model',
      hash: 'abc',
      name: 'tiny',
      variant: 'released' as const,
      description: '',
      licence: 'MIT',
      tasks,
      scales: [{ stride: 4, height: 2, width: 2 }],
      queries: 4,
      heads: 1,
      lab: { attention: true, contributions: true, gates: true, decoderCuts: true },
    }
    return Promise.resolve({ version: '0', dataset, model, problems: [] })
  }
  openDataset = (): Promise<never> => refuse('openDataset')
  describe = (): Promise<never> => refuse('describe')
  writeDescription = (): Promise<never> => refuse('writeDescription')
  openModel = (): Promise<never> => refuse('openModel')
  providers = (): Promise<never> => refuse('providers')
  tryProvidersAgain = (): Promise<never> => refuse('tryProvidersAgain')
  lab: LabClient = {
    trace: () => refuse('trace'),
    query: () => refuse('query'),
    gallery: () => refuse('gallery'),
    matrix: () => refuse('matrix'),
    intervene: () => refuse('intervene'),
    effects: () => refuse('effects'),
    close: () => Promise.resolve(),
  }
  samples(query: Partial<SampleQuery>, { offset, id }: SampleRange): ReturnType<Client['samples']> {
    const rows = this.#rows(query)
    const place = rows.findIndex((row) => row.id === id)
    const samples = rows.slice(offset)
    return Promise.resolve({ total: rows.length, offset, place: place < 0 ? null : place, samples })
  }
  async nextUnfinished(query: Partial<SampleQuery>, after: string): Promise<string | null> {
    const rows = this.#rows(query)
    const at = rows.findIndex((row) => row.id === after)
    const done = (row: Sample): boolean => Object.values(row.reviews).every((state) => state === 'done')
    return [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))].find((row) => !done(row))?.id ?? null
  }
  #rows({ only = 'all', text = '', sort = 'folder' }: Partial<SampleQuery>): Sample[] {
    const rows = ['one', 'two', 'three'].map((id) => ({
      id,
      split: 'train',
      predicted: this.predicted.has(id),
      corrected: TASK_LIST.filter((task) => this.corrected.has(`${id}/${task}`)),
      reviews: Object.fromEntries(
        TASK_LIST.map((task) => [task, this.reviews.get(id)?.get(task)?.state ?? ('todo' as const)]),
      ),
      problems: 0,
    }))
    const shown = rows.filter(
      (row) => row.id.includes(text) && (only !== 'corrected' || row.corrected.length > 0),
    )
    return sort === 'id' ? shown.sort((a, b) => a.id.localeCompare(b.id)) : shown
  }
  sample(id: string): Promise<SampleDetail> {
    const revisions = Object.fromEntries(
      TASK_LIST.map((task) => [task, this.revisions.get(`${id}/${task}`) ?? 0]),
    )
    return Promise.resolve({
      id,
      split: 'train',
      width: WIDTH,
      height: HEIGHT,
      predicted: this.predicted.has(id),
      labels: [...TASK_LIST],
      empty: [],
      revisions,
      reviews: Object.fromEntries(this.reviews.get(id) ?? []),
      problems: [],
    })
  }
  pixels = (): Promise<RgbImage> =>
    Promise.resolve({ width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3).fill(128) })
  photoUrl = (id: string): string => `/photo/${id}`
  thumbnailUrl = (id: string): string => `/thumbnail/${id}`
  evaluationReportUrl = (): string => '/report'
  async map(id: string, task: TaskId, source: 'label' | 'prediction' | 'corrected'): Promise<LoadedMap> {
    if (this.failures.map) throw this.failures.map
    const key = `${id}/${task}`
    const label = this.labels.get(key)
    if (!label) throw new AppError('not_found', `no ${key}`)
    if (source === 'prediction') return { map: cloneMap(this.predictions.get(key) ?? label), revision: 0 }
    if (source === 'label') return { map: cloneMap(label), revision: 0 }
    return {
      map: cloneMap(this.corrected.get(key) ?? label),
      revision: this.revisions.get(key) ?? 0,
    }
  }
  /** Samples whose prediction was asked for ahead. */
  readonly prefetched: string[] = []
  prefetch(id: string): Promise<void> {
    this.prefetched.push(id)
    return Promise.resolve()
  }
  async predict(id: string, signal?: AbortSignal): ReturnType<Client['predict']> {
    if (this.failures.predict) throw this.failures.predict
    await Promise.resolve()
    if (signal?.aborted) throw new AppError('cancelled', 'cancelled')
    this.predicted.add(id)
    return {
      sample: id,
      modelHash: 'abc',
      provider: 'cpu',
      seconds: 0.3,
      cached: false,
      tasks: [...TASK_LIST],
    }
  }
  async correct(sample: string, gesture: CorrectionGesture): ReturnType<Client['correct']> {
    if (this.gate) await this.gate
    if (this.failures.correct) throw this.failures.correct
    for (const { task, baseRevision } of gesture.maps) {
      const known = this.revisions.get(`${sample}/${task}`) ?? 0
      if (baseRevision !== known)
        throw new AppError('revision_conflict', `at ${known}, the edit was made on ${baseRevision}`)
    }
    const revisions: Record<string, number> = {}
    for (const edit of gesture.maps) {
      const key = `${sample}/${edit.task}`
      const map = this.corrected.get(key) ?? cloneMap(this.labels.get(key)!)
      for (const tile of edit.tiles) writeTile(map, tile)
      this.corrected.set(key, map)
      revisions[edit.task] = edit.baseRevision + 1
      this.revisions.set(key, edit.baseRevision + 1)
      this.sent.push({ sample, task: edit.task, edit: { ...edit, label: gesture.label } })
    }
    return { revisions }
  }
  review(id: string, task: TaskId, change: Pick<Review, 'state' | 'comment'>): Promise<Review> {
    if (this.failures.correct) return Promise.reject(this.failures.correct)
    const review = { ...change, time: '2026-01-01T00:00:00Z' }
    this.reviews.set(id, (this.reviews.get(id) ?? new Map<string, Review>()).set(task, review))
    return Promise.resolve(review)
  }
  planExport = (): Promise<never> => refuse('planExport')
  startJob = (): Promise<never> => refuse('startJob')
  job = (): Promise<never> => refuse('job')
  cancelJob = (): Promise<never> => refuse('cancelJob')
  follow(listener: EventListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  emit(event: ServerEvent): void {
    for (const listener of this.#listeners) listener.event(event)
  }
  lose(): void {
    for (const listener of this.#listeners) listener.lost()
  }
  reconnect(): void {
    for (const listener of this.#listeners) listener.opened()
  }
  get listeners(): number {
    return this.#listeners.size
  }
}

function refuse(what: string): Promise<never> {
  return Promise.reject(new AppError('not_found', `the fake engine has no ${what}`))
}

function makeLabel(task: TestTask): DenseMap {
  const map = createMap(TASKS[task].kind, WIDTH, HEIGHT)
  if (task === 'semseg') map.data.fill(1, 0, (WIDTH * HEIGHT) / 2)
  else if (task === 'depth') map.data.fill(2.5)
  else if (task === 'normals') for (let at = 2; at < map.data.length; at += 3) map.data[at] = 1
  return map
}

/** Drives an editor as a user would, without a window. */
export class TestEditor extends Editor {
  readonly fake: FakeClient
  /** Rectangles the views were told of since the last `takeRects`. */
  #rects: unknown[] = []

  private constructor(fake: FakeClient, platform?: EditorPlatform) {
    super(fake, platform)
    this.fake = fake
  }

  /** An editor with its first sample and that sample's maps loaded. */
  static async open(fake = new FakeClient(), platform?: EditorPlatform): Promise<TestEditor> {
    const editor = new TestEditor(fake, platform)
    await editor.start()
    await editor.settled()
    return editor
  }

  down(x: number, y: number, task: TaskId = 'semseg'): this {
    this.painter.pointerDown(task, { x, y })
    return this
  }
  move(...points: readonly (readonly [number, number])[]): this {
    this.painter.pointerMove(points.map(([x, y]) => ({ x, y })))
    return this
  }
  up(): this {
    this.painter.pointerUp()
    return this
  }
  stroke(from: [number, number], to: [number, number], task: TaskId = 'semseg'): this {
    return this.down(...from, task)
      .move(to)
      .up()
  }

  /** Puts a trace on screen whose only map, on a grid of 4x3 over the photo, is this. */
  showAttention(data: Float32Array<ArrayBuffer>): void {
    const task = 'semseg' as const
    const header = { width: 4, height: 3, imageRect: { x: 0, y: 0, width: 4, height: 3 } }
    const request = { model: 'abc', weighting: 'raw' as const, head: null, interventions: [] }
    const flow = { own: [0], decoder: [1], scales: [[1]], tasks: [[1, 0, 0, 0]] }
    const shown = {
      sample: 'one',
      request: { ...request, task, x: 0, y: 0 },
      answer: {
        ownFeature: 0,
        sources: [{ task, scale: 0, pixels: 1, token: 0, replaced: 0 }],
        flow,
        read: new Float32Array(4),
        origin: new Float32Array(16),
        maps: [{ task, scale: 0, map: LabMap.ofValues(header, data, Math.max(...data)) }],
      },
    }
    this.lab.trace.shown = shown
    this.lab.told.follow(shown)
    this.lab.heat.tellEnds(this.view.layout)
  }

  /** Lets every answered promise run and finished gestures be sent. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) {
      this.sync.flush()
      await Promise.resolve()
    }
  }

  /** The corrected map on screen. Throws when it is not loaded. */
  map(task: TaskId = 'semseg'): DenseMap {
    const map = this.workspace.map(task, 'corrected')
    if (!map) throw new Error(`the corrected ${task} map is not loaded`)
    return map
  }
  classMap(): ClassMap {
    const map = this.map()
    if (map.kind !== 'class') throw new Error('not a class map')
    return map
  }
  at(x: number, y: number, task: TaskId = 'semseg'): number {
    return this.map(task).data[y * WIDTH + x]!
  }

  watch(): this {
    this.workspace.document?.subscribe((_task, _source, rect) => this.#rects.push(rect))
    return this
  }
  takeRects(): unknown[] {
    const rects = this.#rects
    this.#rects = []
    return rects
  }
}
