import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50

interface Entry {
  method: number
  packed: number
  offset: number
}

/** Read-only zip archive (stored and deflated entries, no zip64): enough for .sh3f catalogues. */
export class ZipFile {
  readonly #bytes: Buffer
  readonly #entries = new Map<string, Entry>()

  constructor(path: string) {
    this.#bytes = readFileSync(path)
    const bytes = this.#bytes
    let end = bytes.length - 22
    while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--
    if (end < 0)
      throw new Error(`${path}: not a zip archive. Install the package sweethome3d-furniture again.`)
    let at = bytes.readUInt32LE(end + 16)
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY)
        throw new Error(`${path}: damaged zip directory at byte ${at}.`)
      const nameLength = bytes.readUInt16LE(at + 28)
      const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
      this.#entries.set(name, {
        method: bytes.readUInt16LE(at + 10),
        packed: bytes.readUInt32LE(at + 20),
        offset: bytes.readUInt32LE(at + 42),
      })
      at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Unpacked bytes of one entry; throws when it is missing. */
  read(name: string): Buffer {
    const entry = this.#entries.get(name)
    if (!entry) throw new Error(`${name} is not in the archive.`)
    const local = entry.offset
    const start = local + 30 + this.#bytes.readUInt16LE(local + 26) + this.#bytes.readUInt16LE(local + 28)
    const packed = this.#bytes.subarray(start, start + entry.packed)
    return entry.method === 0 ? packed : inflateRawSync(packed)
  }
}
