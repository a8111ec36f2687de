import { AppError } from '../../../shared/errors'
import type { DenseMap, MapKind } from '../../../shared/maps'

export interface Size {
  readonly width: number
  readonly height: number
}

/** How one task's labels are stored in files; one file per format. */
export interface LabelFormat {
  readonly kind: MapKind
  readonly extension: 'png' | 'npy' | 'mat'
  /** Largest difference between a map's value and the value read back; 0 = every value is kept exactly. */
  readonly tolerance: number
  /**
   * The size, from the first bytes of a file; null when only decoding can tell. Throws like `decode` when the header already shows why it cannot be read;
   * after `file_truncated` it is asked again with more of a longer file.
   */
  readSize(start: Uint8Array, fileSize: number, file: string): Size | null
  /** `companion` = the place's second file. Throws `file_truncated`, `file_malformed`, `file_unsupported`, `file_too_large`, `value_out_of_range`. */
  decode(bytes: Uint8Array, file: string, companion: Uint8Array | null): Promise<DenseMap>
  /** With `original`, its encoding is kept (bit depth, palette, dtype, shape) and so is every value the map left as it was. */
  encode(
    map: DenseMap,
    original: Uint8Array | null,
    companion: Uint8Array | null,
  ): Promise<Uint8Array<ArrayBuffer>>
}

/** Narrows a map to the kind a format stores. */
export function expectKind<K extends MapKind>(map: DenseMap, kind: K): Extract<DenseMap, { kind: K }> {
  if (isKind(map, kind)) return map
  throw new AppError('value_out_of_range', `a ${kind} map is needed here, found a ${map.kind} map`)
}

function isKind<K extends MapKind>(map: DenseMap, kind: K): map is Extract<DenseMap, { kind: K }> {
  return map.kind === kind
}

/** One float per sample. A plain loop: `Float32Array.from` with a function takes over ten times as long. */
export function floatsFrom(
  samples: ArrayLike<number>,
  convert: (sample: number) => number,
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(samples.length)
  for (let i = 0; i < data.length; i++) data[i] = convert(samples[i]!)
  return data
}

/** One byte per value, as `floatsFrom`. */
export function bytesFrom(
  values: ArrayLike<number>,
  convert: (value: number) => number,
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(values.length)
  for (let i = 0; i < data.length; i++) data[i] = convert(values[i]!)
  return data
}
