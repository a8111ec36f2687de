import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, deflate, inflate, inflateSync } from 'node:zlib'
import * as v from 'valibot'
import { AppError, problemFrom } from '../../shared/errors'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import { bytesOf, bytesPerPixel, mapFromBytes, MAX_PIXELS, type DenseMap } from '../../shared/maps'
import { writeAtomic } from '../files/atomic-write'
import { ownBytes } from '../files/safe-path'
import { isMissing } from '../files/errno'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const headerSchema = v.object({
  format: v.literal(1),
  kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
  width: v.pipe(count, v.maxValue(MAX_PIXELS)),
  height: v.pipe(count, v.maxValue(MAX_PIXELS)),
  revision: count,
  original: v.string(),
  gestures: v.optional(v.array(v.tuple([v.string(), count])), []),
  crc: count,
})

/** A corrected map with every value exact (a label file's encoding would round normals), and the revision it holds. */
export interface Snapshot {
  readonly map: DenseMap
  readonly revision: number
  /** SHA-256 of the label file the corrections were made on. */
  readonly original: string
  /** The last gestures in it and the revision each led to. */
  readonly gestures: readonly (readonly [string, number])[]
}

/** Replaces the snapshot atomically. Throws `write_failed`. */
export async function writeSnapshot(
  path: string,
  { map, revision, original, gestures }: Snapshot,
): Promise<void> {
  const { kind, width, height } = map
  const body = await promisify(deflate)(bytesOf(map), { level: 1 })
  const header = { format: 1, kind, width, height, revision, original, gestures, crc: crc32(body) }
  await writeAtomic(path, encodeFrame(header, body))
}

/** Less than this is inflated in well under a millisecond, faster than a thread takes it over. */
const AT_ONCE = 1024 * 1024

/** Null when there is none. Throws `file_malformed`. */
export async function readSnapshot(path: string): Promise<Snapshot | null> {
  let file: Buffer
  try {
    file = await readFile(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
  try {
    const frame = decodeFrame(ownBytes(file))
    const { kind, width, height, revision, original, gestures, crc } = v.parse(headerSchema, frame.header)
    if (crc32(frame.payload) !== crc) throw new Error('its checksum is wrong')
    const maxOutputLength = Math.max(1, width * height * bytesPerPixel(kind))
    // One piece of memory of the known size.
    const options = { maxOutputLength, chunkSize: Math.max(64, maxOutputLength + 1) }
    const body =
      maxOutputLength <= AT_ONCE
        ? inflateSync(frame.payload, options)
        : await promisify(inflate)(frame.payload, options)
    return { map: mapFromBytes(kind, width, height, ownBytes(body)), revision, original, gestures }
  } catch (cause) {
    const reason = problemFrom(cause).message
    throw new AppError('file_malformed', `the corrected map ${path} is damaged (${reason})`, undefined, {
      cause,
    })
  }
}
