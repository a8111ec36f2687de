import { AppError } from './errors'

/**
 * How one pixel of a task is stored:
 * - class: Uint8Array (H*W), class index, 255 = ignore
 * - scalar: Float32Array (H*W), metres for depth, 0 = invalid
 * - vector: Float32Array (H*W*3, interleaved), unit vector, (0,0,0) = invalid
 * - probability: Float32Array (H*W), 0..1
 */
export type MapKind = 'class' | 'scalar' | 'vector' | 'probability'

interface Grid {
  readonly width: number
  readonly height: number
}
export interface ClassMap extends Grid {
  readonly kind: 'class'
  readonly data: Uint8Array<ArrayBuffer>
}
export interface ScalarMap extends Grid {
  readonly kind: 'scalar'
  readonly data: Float32Array<ArrayBuffer>
}
export interface VectorMap extends Grid {
  readonly kind: 'vector'
  readonly data: Float32Array<ArrayBuffer>
}
export interface ProbabilityMap extends Grid {
  readonly kind: 'probability'
  readonly data: Float32Array<ArrayBuffer>
}
/** Row-major, y down, origin at the top left pixel. */
export type DenseMap = ClassMap | ScalarMap | VectorMap | ProbabilityMap

export const IGNORE_CLASS = 255

/** Largest image any reader accepts; above it allocation is refused (bytes stay below 2 GiB for vectors). */
export const MAX_PIXELS = 150_000_000

export function channelsOf(kind: MapKind): 1 | 3 {
  return kind === 'vector' ? 3 : 1
}
export function bytesPerPixel(kind: MapKind): number {
  return kind === 'class' ? 1 : 4 * channelsOf(kind)
}

/** An all-zero map. Throws `file_too_large` above MAX_PIXELS and `value_out_of_range` for sizes that are not positive integers. */
export function createMap<K extends MapKind>(
  kind: K,
  width: number,
  height: number,
): Extract<DenseMap, { kind: K }>
export function createMap(kind: MapKind, width: number, height: number): DenseMap {
  return mapFromBytes(kind, width, height, new Uint8Array(checkedBytes(kind, width, height)))
}

/** A label without a value at any pixel: void (255), invalid (0), or no boundary. Throws as `createMap`. */
export function emptyMap(kind: MapKind, width: number, height: number): DenseMap {
  const map = createMap(kind, width, height)
  if (map.kind === 'class') map.data.fill(IGNORE_CLASS)
  return map
}

function checkedBytes(kind: MapKind, width: number, height: number): number {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw new AppError('value_out_of_range', `a map needs a positive size, found ${width}x${height}`)
  if (width * height > MAX_PIXELS)
    throw new AppError('file_too_large', `${width}x${height} pixels exceed the limit of ${MAX_PIXELS}`)
  return width * height * bytesPerPixel(kind)
}

/** A map over bytes in host order (little-endian on every supported platform). Copies only when misaligned. */
export function mapFromBytes(
  kind: MapKind,
  width: number,
  height: number,
  bytes: Uint8Array<ArrayBuffer>,
): DenseMap {
  const expected = checkedBytes(kind, width, height)
  if (bytes.byteLength !== expected)
    throw new AppError(
      'file_malformed',
      `a ${width}x${height} ${kind} map needs ${expected} bytes, found ${bytes.byteLength}`,
    )
  if (kind === 'class') return { kind, width, height, data: bytes }
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const data = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4)
  return { kind, width, height, data }
}

/** The map's storage as bytes (shares memory). */
export function bytesOf(map: DenseMap): Uint8Array<ArrayBuffer> {
  return new Uint8Array(map.data.buffer, map.data.byteOffset, map.data.byteLength)
}

/** A deep copy. */
export function cloneMap(map: DenseMap): DenseMap {
  return mapFromBytes(map.kind, map.width, map.height, bytesOf(map).slice())
}
