import type { SampleDetail, Source } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import type { PixelRect } from '../../shared/space'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Client, LoadedMap } from '../api/client'
import type { MapSource } from './types'

/** `rect` null = every pixel. */
export type MapListener = (task: TaskId, source: MapSource, rect: PixelRect | null) => void

/**
 * The maps of one open sample: the typed arrays every view draws from. Maps are fetched when first wanted; closing the
 * document aborts what is under way, so that an answer can never land in another sample.
 */
export class Document {
  readonly #maps = new Map<string, DenseMap>()
  readonly #loads = new Map<string, Promise<DenseMap | null>>()
  #photo: RgbImage | null = null
  #photoLoad: Promise<RgbImage | null> | null = null
  readonly #listeners = new Set<MapListener>()
  readonly #closed = new AbortController()

  constructor(
    private readonly client: Client,
    readonly detail: SampleDetail,
    /** Told of every corrected map that arrives, before anyone sees it; false when it is older than what was saved since. */
    private readonly arrived: (task: TaskId, loaded: LoadedMap) => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  get closed(): boolean {
    return this.#closed.signal.aborted
  }
  get(task: TaskId, source: MapSource): DenseMap | undefined {
    return this.#maps.get(`${task}/${source}`)
  }

  /** The map, fetched once; null when it could not be had (the failure was reported) or the document closed. */
  load(task: TaskId, source: Source): Promise<DenseMap | null> {
    const key = `${task}/${source}`
    const running = this.#loads.get(key)
    if (running) return running
    const load = this.#fetch(task, source).catch((error: unknown) => {
      if (this.#loads.get(key) === load) this.#loads.delete(key)
      if (!this.closed) this.failed(error)
      return null
    })
    this.#loads.set(key, load)
    return load
  }

  /** The decoded photo once `loadPhoto` fetched it. */
  get photo(): RgbImage | null {
    return this.#photo
  }

  /** The photo's pixels, fetched once; null when they could not be had (the failure was reported) or the document closed. */
  loadPhoto(): Promise<RgbImage | null> {
    this.#photoLoad ??= this.client
      .pixels(this.detail.id, this.#closed.signal)
      .then((photo) => (this.closed ? null : (this.#photo = photo)))
      .catch((error: unknown) => {
        this.#photoLoad = null
        if (!this.closed) this.failed(error)
        return null
      })
    return this.#photoLoad
  }

  /** Forgets a map so that the next `load` fetches it again. */
  forget(task: TaskId, source: Source): void {
    this.#loads.delete(`${task}/${source}`)
    this.#maps.delete(`${task}/${source}`)
    this.changed(task, source, null)
  }

  /** Puts a prediction under interventions in place of the last one; null takes it away. */
  setIntervened(task: TaskId, map: DenseMap | null): void {
    if (this.closed || (map === null && !this.get(task, 'intervened'))) return
    if (map) this.#maps.set(`${task}/intervened`, map)
    else this.#maps.delete(`${task}/intervened`)
    this.changed(task, 'intervened', null)
  }

  /** Says that pixels of a map changed in place. */
  changed(task: TaskId, source: MapSource, rect: PixelRect | null): void {
    for (const listener of this.#listeners) listener(task, source, rect)
  }
  /** Calls `listener` on every change until the returned function is called. */
  subscribe(listener: MapListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  dispose(): void {
    this.#closed.abort()
    this.#listeners.clear()
    this.#maps.clear()
    this.#loads.clear()
  }

  async #fetch(task: TaskId, source: Source): Promise<DenseMap | null> {
    const key = `${task}/${source}`
    const loaded = await this.client.map(this.detail.id, task, source, this.#closed.signal)
    if (this.closed) return null
    const { map } = loaded
    if (map.width !== this.detail.width || map.height !== this.detail.height)
      throw new AppError(
        'size_mismatch',
        `the ${source} of ${task} is ${map.width}x${map.height}, the photo ${this.detail.width}x${this.detail.height}`,
      )
    if (map.kind !== TASKS[task].kind)
      throw new AppError('file_malformed', `the ${source} of ${task} is a ${map.kind} map`)
    if (source === 'corrected' && !this.arrived(task, loaded)) return this.#fetch(task, source)
    this.#maps.set(key, map)
    this.changed(task, source, null)
    return map
  }
}
