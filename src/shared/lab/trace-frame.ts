import * as v from 'valibot'
import { AppError } from '../errors'
import { decodeFrame, floatsOf } from '../frame'
import { decodeWeights } from './quantised'
import { traceHeaderSchema, type TraceHeader } from './wire'

type Floats = Float32Array<ArrayBuffer>

/** The numbers behind a trace's header, sharing the payload's memory where it is aligned. */
export interface TraceNumbers {
  readonly read: Floats
  readonly origin: Floats
  /** One per map of the header, row-major: codes (`quantised.ts`) of fractions of its largest value. */
  readonly maps: readonly Uint16Array<ArrayBuffer>[]
}

/** Throws `file_malformed` when the payload does not hold what the header names. */
export function traceNumbers(
  { read, origin, maps }: TraceHeader,
  payload: Uint8Array<ArrayBuffer>,
): TraceNumbers {
  const floats = floatsOf(payload)
  const codes = new Uint16Array(floats.buffer, floats.byteOffset, Math.floor(payload.byteLength / 2))
  const last = Math.max(
    2 * (read.offset + read.length),
    2 * (origin.offset + origin.length),
    ...maps.map(({ offset, width, height }) => offset + width * height),
  )
  if (last > codes.length)
    throw new AppError(
      'file_malformed',
      `a trace names ${2 * last} bytes of numbers, found ${payload.byteLength}`,
    )
  const part = ({ offset, length }: TraceHeader['read']): Floats => floats.subarray(offset, offset + length)
  return {
    read: part(read),
    origin: part(origin),
    maps: maps.map(({ offset, width, height }) => codes.subarray(offset, offset + width * height)),
  }
}

/** A trace as the inference child gives it, its maps as values. */
export function readTrace(frame: Uint8Array<ArrayBuffer>): {
  readonly header: TraceHeader
  readonly read: Floats
  readonly origin: Floats
  readonly maps: readonly Floats[]
} {
  const { header, payload } = decodeFrame(frame)
  const parsed = v.parse(traceHeaderSchema, header)
  const { maps, ...shares } = traceNumbers(parsed, payload)
  const values = maps.map((codes, at) => {
    const map = new Float32Array(codes.length)
    decodeWeights(codes, 0, codes.length, parsed.maps[at]!.max, map, 0)
    return map
  })
  return { header: parsed, ...shares, maps: values }
}
