import { crc32 } from './crc32'

export interface ZipEntry {
  /** ASCII, with `/` between folders. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Midnight of 1 January 1980, the first moment a zip file can hold: equal contents make equal files. */
const DOS_DATE = 0x21
const VERSION = 20
const LOCAL = 30
const CENTRAL = 46
const END = 22

/**
 * A zip archive whose members are stored without compression (APPNOTE 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16). Members
 * and archive stay below 4 GiB: there is no zip64.
 */
export function zipStore(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const members = entries.map(({ name, bytes }) => {
    const encoded = new TextEncoder().encode(name)
    return { encoded, bytes, crc: crc32(bytes) }
  })
  const total = members.reduce(
    (sum, { encoded, bytes }) => sum + LOCAL + CENTRAL + 2 * encoded.length + bytes.length,
    END,
  )
  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  const offsets: number[] = []
  let at = 0
  for (const { encoded, bytes, crc } of members) {
    offsets.push(at)
    view.setUint32(at, 0x04034b50, true)
    at = writeCommon(view, at + 4, encoded.length, bytes.length, crc)
    out.set(encoded, at)
    out.set(bytes, at + encoded.length)
    at += encoded.length + bytes.length
  }
  const directory = at
  members.forEach(({ encoded, bytes, crc }, i) => {
    view.setUint32(at, 0x02014b50, true)
    view.setUint16(at + 4, VERSION, true)
    const after = writeCommon(view, at + 6, encoded.length, bytes.length, crc)
    // Comment length, disk, internal and external attributes are zero.
    view.setUint32(after + 10, offsets[i]!, true)
    out.set(encoded, at + CENTRAL)
    at += CENTRAL + encoded.length
  })
  view.setUint32(at, 0x06054b50, true)
  view.setUint16(at + 8, members.length, true)
  view.setUint16(at + 10, members.length, true)
  view.setUint32(at + 12, at - directory, true)
  view.setUint32(at + 16, directory, true)
  return out
}

/** What local and central headers share, from the version needed to the length of the extra field; returns its end. */
function writeCommon(view: DataView, at: number, name: number, size: number, crc: number): number {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 8, DOS_DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, size, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, name, true)
  return at + 26
}
