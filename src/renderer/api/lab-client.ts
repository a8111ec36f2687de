import { AppError } from '../../shared/errors'
import { floatsOf } from '../../shared/frame'
import {
  effectsAnswerSchema,
  galleryHeaderSchema,
  intervenedHeaderSchema,
  matrixAnswerSchema,
  queryHeaderSchema,
  traceHeaderSchema,
  type EffectsAnswer,
  type EffectsRequest,
  type GalleryHeader,
  type GalleryRequest,
  type GridMap,
  type InterveneRequest,
  type IntervenedHeader,
  type MatrixAnswer,
  type MatrixRequest,
  type QueryHeader,
  type QueryRequest,
  type TraceHeader,
  type TraceRequest,
} from '../../shared/lab/wire'
import { traceNumbers } from '../../shared/lab/trace-frame'
import { mapFromBytes, type DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import { LabMap } from './lab-map'
import { post, withSignal } from './request'
import type { Reply, Transport } from './transport'

type Floats = Float32Array<ArrayBuffer>
export interface SourceMap {
  readonly task: TaskId
  readonly scale: number
  readonly map: LabMap
}
export interface Trace extends Pick<TraceHeader, 'ownFeature' | 'sources' | 'flow'> {
  /** (scale, query), what the pixel reads from its own task's queries. */
  readonly read: Floats
  /** (task, scale, query), the same traced back to the encoder's queries. */
  readonly origin: Floats
  readonly maps: readonly SourceMap[]
}
/** Weights over tokens: what one query reads, and by whom it is read. */
export interface Exchange {
  readonly reads: Floats
  readonly readBy: Floats
}
export interface QueryView extends Pick<QueryHeader, 'token' | 'entropy' | 'classes'> {
  readonly read: LabMap
  readonly write: LabMap
  readonly taskStep: Exchange
  readonly scaleStep: Exchange | null
}
export type GalleryQuery = GalleryHeader['queries'][number] & {
  /** Thumbnails, 255 = the map's own maximum. */
  readonly read: Uint8Array<ArrayBuffer>
  readonly write: Uint8Array<ArrayBuffer>
}
export interface Gallery extends Pick<GalleryHeader, 'thumbnail'> {
  readonly queries: readonly GalleryQuery[]
}
export interface Intervened extends Pick<IntervenedHeader, 'unchanged' | 'metrics' | 'seconds'> {
  /** Only tasks that changed. */
  readonly maps: readonly { readonly task: TaskId; readonly map: DenseMap }[]
}

/** The attention lab of one sample. Every promise rejects with an AppError; aborting gives `cancelled`. */
export interface LabClient {
  trace(id: string, request: TraceRequest, signal?: AbortSignal): Promise<Trace>
  query(id: string, request: QueryRequest, signal?: AbortSignal): Promise<QueryView>
  gallery(id: string, request: GalleryRequest, signal?: AbortSignal): Promise<Gallery>
  matrix(id: string, request: MatrixRequest, signal?: AbortSignal): Promise<MatrixAnswer>
  intervene(id: string, request: InterveneRequest, signal?: AbortSignal): Promise<Intervened>
  effects(id: string, request: EffectsRequest, signal?: AbortSignal): Promise<EffectsAnswer>
  /** Frees what the engine keeps of the sample. */
  close(id: string): Promise<void>
}

/** `sample` gives the path of a sample. */
export function createLabClient(
  { send, json, frame }: Transport<Reply>,
  sample: (id: string) => string,
): LabClient {
  const at = (id: string, route: string): string => `${sample(id)}/lab/${route}`
  return {
    async trace(id, request, signal) {
      const init = { ...post(request), ...withSignal(signal) }
      const { header, payload } = await frame(traceHeaderSchema, at(id, 'trace'), init)
      const { ownFeature, sources, flow } = header
      const { read, origin, maps } = traceNumbers(header, payload)
      const sourceMaps = maps.map((codes, at) => {
        const { task, scale, width, height, imageRect, max } = header.maps[at]!
        return { task, scale, map: LabMap.ofCodes({ width, height, imageRect }, codes, max) }
      })
      return { ownFeature, sources, flow, read, origin, maps: sourceMaps }
    },
    async query(id, request, signal) {
      const init = { ...post(request), ...withSignal(signal) }
      const { header, payload } = await frame(queryHeaderSchema, at(id, 'query'), init)
      const floats = floatsOf(payload)
      const exchange = (step: QueryHeader['taskStep']): Exchange => ({
        reads: part(floats, step.reads),
        readBy: part(floats, step.readBy),
      })
      const { token, entropy, classes, read, write, taskStep, scaleStep } = header
      return {
        token,
        entropy,
        classes,
        read: mapOf(floats, read),
        write: mapOf(floats, write),
        taskStep: exchange(taskStep),
        scaleStep: scaleStep && exchange(scaleStep),
      }
    },
    async gallery(id, request, signal) {
      const init = { ...post(request), ...withSignal(signal) }
      const { header, payload } = await frame(galleryHeaderSchema, at(id, 'gallery'), init)
      const { thumbnail, queries } = header
      const size = thumbnail.width * thumbnail.height
      expectLength(payload.byteLength, queries.length * 2 * size)
      const picture = (position: number): Uint8Array<ArrayBuffer> =>
        payload.subarray(position * size, (position + 1) * size)
      return {
        thumbnail,
        queries: queries.map((query, i) => ({
          ...query,
          read: picture(2 * i),
          write: picture(2 * i + 1),
        })),
      }
    },
    matrix: (id, request, signal) =>
      json(matrixAnswerSchema, at(id, 'matrix'), { ...post(request), ...withSignal(signal) }),
    async intervene(id, request, signal) {
      const init = { ...post(request), ...withSignal(signal) }
      const { header, payload } = await frame(intervenedHeaderSchema, at(id, 'intervene'), init)
      const { unchanged, metrics, seconds } = header
      const maps = header.maps.map(({ task, kind, width, height, offset, bytes }) => ({
        task,
        map: mapFromBytes(kind, width, height, payload.subarray(offset, offset + bytes)),
      }))
      return { unchanged, metrics, seconds, maps }
    },
    effects: (id, request, signal) =>
      json(effectsAnswerSchema, at(id, 'effects'), { ...post(request), ...withSignal(signal) }),
    async close(id) {
      await send(`${sample(id)}/lab`, { method: 'DELETE' })
    },
  }
}

/** A view of the numbers a header names. Throws `file_malformed` when the payload does not hold them. */
function part(floats: Floats, { offset, length }: { offset: number; length: number }): Floats {
  const found = floats.subarray(offset, offset + length)
  expectLength(found.length, length)
  return found
}

function mapOf(floats: Floats, { width, height, imageRect, offset, max }: GridMap): LabMap {
  return LabMap.ofValues({ width, height, imageRect }, part(floats, { offset, length: width * height }), max)
}

function expectLength(found: number, expected: number): void {
  if (found !== expected)
    throw new AppError(
      'file_malformed',
      `the engine sent ${found} numbers of the lab, its header names ${expected}`,
    )
}
