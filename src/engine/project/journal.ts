import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import * as v from 'valibot'
import { TILE, type TileBytes } from '../../shared/edit'
import { problemFrom } from '../../shared/errors'

/**
 * A journal is text, one record a line: eight hex digits of CRC-32, a space, JSON. The first record is the header.
 * Lines are only ever appended; one that a crash cut off has no line end and is dropped when read.
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const headerSchema = v.object({
  format: v.literal(1),
  kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
  width: count,
  height: count,
  /** Revision before the first edit, and the map it is applied to. */
  base: count,
  from: v.picklist(['original', 'snapshot']),
  /** SHA-256 of the label file the corrections were made on. */
  original: v.string(),
})
/** Tiles as deflated bytes in base64. */
export const packedTilesSchema = v.array(v.object({ tx: count, ty: count, data: v.string() }))
const editSchema = v.object({
  revision: count,
  /** The client's name for the gesture, so that sending it again does nothing; absent in journals written before it existed. */
  gesture: v.optional(v.string(), ''),
  label: v.string(),
  time: v.string(),
  tiles: packedTilesSchema,
})

export type JournalHeader = v.InferOutput<typeof headerSchema>
export interface JournalEdit {
  readonly revision: number
  readonly gesture: string
  readonly label: string
  /** ISO 8601. */
  readonly time: string
  readonly tiles: readonly TileBytes[]
}
export interface Journal {
  readonly header: JournalHeader | null
  readonly edits: readonly JournalEdit[]
  /** Length of the part that was read; what follows is dropped by the next append. */
  readonly validBytes: number
  /** Set when a complete line cannot be read; edits from it on are not in `edits`. */
  readonly damage: string | null
}

const LARGEST_TILE = TILE * TILE * 12

export function encodeHeader(header: JournalHeader): string {
  return record(header)
}

export function encodeEdit({ tiles, ...edit }: JournalEdit): string {
  return record({ ...edit, tiles: packTiles(tiles) })
}

/** Reads what can be trusted: every record up to the first that is damaged or cut off. Never throws. */
export function parseJournal(bytes: Uint8Array): Journal {
  const edits: JournalEdit[] = []
  let header: JournalHeader | null = null
  let at = 0
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) return { header, edits, validBytes: at, damage: null }
    try {
      const json = readRecord(bytes.subarray(at, end))
      if (!header) header = v.parse(headerSchema, json)
      else edits.push(unpack(v.parse(editSchema, json), header.base + edits.length + 1))
    } catch (error) {
      const damage = `line ${line} of the journal is damaged (${problemFrom(error).message})`
      return { header, edits, validBytes: at, damage }
    }
    at = end + 1
  }
}

export function packTiles(tiles: readonly TileBytes[]): v.InferOutput<typeof packedTilesSchema> {
  return tiles.map(({ tx, ty, bytes }) => ({
    tx,
    ty,
    data: deflateRawSync(bytes, { level: 1 }).toString('base64'),
  }))
}

export function unpackTiles(tiles: v.InferOutput<typeof packedTilesSchema>): TileBytes[] {
  return tiles.map(({ tx, ty, data }) => ({
    tx,
    ty,
    bytes: Uint8Array.from(inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: LARGEST_TILE })),
  }))
}

/** One line: checksum and JSON. */
export function record(value: unknown): string {
  const json = JSON.stringify(value)
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** The JSON of a line without its line end. Throws when the checksum is wrong. */
export function readRecord(line: Uint8Array): unknown {
  const json = line.subarray(9)
  const sum = crc32(json).toString(16).padStart(8, '0')
  if (new TextDecoder().decode(line.subarray(0, 9)) !== `${sum} `) throw new Error('its checksum is wrong')
  return JSON.parse(new TextDecoder().decode(json))
}

function unpack(edit: v.InferOutput<typeof editSchema>, revision: number): JournalEdit {
  if (edit.revision !== revision) throw new Error(`it holds edit ${edit.revision} instead of ${revision}`)
  return { ...edit, tiles: unpackTiles(edit.tiles) }
}
