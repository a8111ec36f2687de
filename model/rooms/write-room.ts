import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { boundaries, type SurfaceMaps } from './boundaries'

export interface RenderedRoom extends SurfaceMaps {
  rgb: Uint8Array
}

const FOLDERS = ['images', 'segmentation', 'edge', 'normals', 'depth', 'gt_sets']

export function makeFolders(root: string): void {
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true })
}

/** Splits the page's body (see page/main.ts) into its maps. */
export function readBody(body: Buffer, width: number, height: number): RenderedRoom {
  const n = width * height
  const expected = n * (3 + 1 + 3 + 2 + 4)
  if (body.length !== expected) throw new Error(`The page sent ${body.length} bytes, expected ${expected}.`)
  const bytes = new Uint8Array(body)
  const at = (start: number, length: number): Uint8Array => bytes.slice(start, start + length)
  return {
    width,
    height,
    rgb: at(0, 3 * n),
    classes: at(3 * n, n),
    normals: at(4 * n, 3 * n),
    instances: new Uint16Array(at(7 * n, 2 * n).buffer),
    depth: new Float32Array(at(9 * n, 4 * n).buffer),
  }
}

/** Writes one room in the NYUDv2 layout; `fov` is the horizontal field of view in radians. */
export function writeRoom(root: string, id: string, room: RenderedRoom, fov: number): void {
  const { width, height } = room
  const png = (folder: string, data: Uint8Array, channels: 1 | 3): void =>
    writeFileSync(join(root, folder, `${id}.png`), encode({ width, height, data, channels, depth: 8 }))
  png('images', room.rgb, 3)
  png('segmentation', room.classes, 1)
  png('normals', room.normals, 3)
  png('edge', boundaries(room, fov), 1)
  writeFileSync(join(root, 'depth', `${id}.npy`), npy(room.depth, [height, width]))
}

/** NumPy format 1.0, little-endian float32, C order. */
export function npy(data: Float32Array, shape: number[]): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const padded = text + ' '.repeat((64 - ((10 + text.length + 1) % 64)) % 64) + '\n'
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0])
  head.writeUInt16LE(padded.length, 8)
  return Buffer.concat([
    head,
    Buffer.from(padded, 'latin1'),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ])
}
