import { posix } from 'node:path'
import type { Catalogue } from './catalogue'
import { parseMtl, parseObj, type ObjMaterial, type ObjMesh } from './obj'

export interface MeshMaterial extends Omit<ObjMaterial, 'map'> {
  /** Path of the texture inside the catalogue archive. */
  map: string | undefined
  /** Whether the texture has transparent pixels (leaves, grilles). */
  cutout: boolean
  start: number
  count: number
}

/** Meshes above this many triangles are simplified: the render rate falls with every vertex. */
const MAX_TRIANGLES = 14000

/**
 * One model as bytes for the page: u32 header length, JSON header {vertices, indices, materials}, padding to 4 bytes,
 * then f32 positions (metres, base centred on the origin, front to +z), f32 normals, f32 uvs, u32 indices.
 */
export function meshFile(catalogue: Catalogue, key: string): Uint8Array {
  const model = catalogue.model(key)
  const text = catalogue.read(model.catalogue, model.path).toString('latin1')
  const mesh = simplify(parseObj(text, model.rotation))
  normalise(mesh.positions, mesh.normals, model.size)
  const folder = posix.dirname(model.path)
  const library = /^\s*mtllib\s+(.+?)\s*$/m.exec(text)?.[1]
  const mtl = library ? posix.join(folder, library) : undefined
  const known =
    mtl && catalogue.has(model.catalogue, mtl)
      ? parseMtl(catalogue.read(model.catalogue, mtl).toString('latin1'))
      : new Map<string, ObjMaterial>()
  const materials = mesh.groups.map(({ material, start, count }): MeshMaterial => {
    const found: ObjMaterial = known.get(material) ?? {
      name: material,
      color: [0.7, 0.7, 0.7],
      specular: 0,
      shininess: 10,
      opacity: 1,
      map: undefined,
    }
    const path = found.map ? posix.join(folder, found.map) : undefined
    const map = path && catalogue.has(model.catalogue, path) ? path : undefined
    const cutout = map !== undefined && hasAlpha(catalogue.read(model.catalogue, map))
    return { ...found, map, cutout, start, count }
  })
  const header = Buffer.from(
    JSON.stringify({ vertices: mesh.positions.length / 3, indices: mesh.indices.length, materials }),
  )
  const pad = Buffer.alloc((4 - ((4 + header.length) % 4)) % 4)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const bytes = (array: Float32Array | Uint32Array): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return Buffer.concat([
    length,
    header,
    pad,
    bytes(mesh.positions),
    bytes(mesh.normals),
    bytes(mesh.uvs),
    bytes(mesh.indices),
  ])
}

/** PNG with an alpha channel (colour types 4 and 6) or a transparency chunk. */
function hasAlpha(file: Buffer): boolean {
  if (file.readUInt32BE(0) !== 0x89504e47) return false
  const type = file[25]
  return type === 4 || type === 6 || file.subarray(0, 2048).includes('tRNS')
}

/** Scales to the catalogue's size, base centred on the origin. Normals follow the inverse scale. */
function normalise(positions: Float32Array, normals: Float32Array, size: [number, number, number]): void {
  for (let axis = 0; axis < 3; axis++) {
    let low = Infinity
    let high = -Infinity
    for (let i = axis; i < positions.length; i += 3) {
      low = Math.min(low, positions[i]!)
      high = Math.max(high, positions[i]!)
    }
    const scale = size[axis]! / (high - low || 1)
    const origin = axis === 1 ? low : (low + high) / 2
    for (let i = axis; i < positions.length; i += 3) {
      positions[i] = (positions[i]! - origin) * scale
      normals[i] = normals[i]! / scale
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!) || 1
    for (let k = 0; k < 3; k++) normals[i + k] = normals[i + k]! / length
  }
}

/** Vertex clustering: vertices of one grid cell with about the same normal become one; empty triangles go. */
function simplify(mesh: ObjMesh): ObjMesh {
  let out = mesh
  for (let cells = 160; out.indices.length / 3 > MAX_TRIANGLES && cells > 24; cells *= 0.82)
    out = cluster(mesh, cells)
  return out
}

function cluster(mesh: ObjMesh, cells: number): ObjMesh {
  const { positions: p, normals: n } = mesh
  const positions = p.slice()
  const corner = new Map<string, number>()
  let low = Infinity
  let high = -Infinity
  for (const value of p) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const step = (high - low) / cells
  const indices: number[] = []
  const groups: ObjMesh['groups'] = []
  for (const group of mesh.groups) {
    const representative = new Map<string, number>()
    const start = indices.length
    const find = (vertex: number): number => {
      const i = vertex * 3
      const cell = [p[i]!, p[i + 1]!, p[i + 2]!].map((value) => Math.floor((value - low) / step)).join()
      const facing = [n[i]!, n[i + 1]!, n[i + 2]!].map((value) => Math.round(value * 1.4)).join()
      const known = representative.get(`${cell};${facing}`)
      if (known !== undefined) return known
      representative.set(`${cell};${facing}`, vertex)
      // All vertices of a cell share one place, so that surfaces that met still meet.
      const place = (corner.get(cell) ?? vertex) * 3
      if (!corner.has(cell)) corner.set(cell, vertex)
      for (let k = 0; k < 3; k++) positions[i + k] = p[place + k]!
      return vertex
    }
    for (let i = group.start; i < group.start + group.count; i += 3) {
      const [a, b, c] = [find(mesh.indices[i]!), find(mesh.indices[i + 1]!), find(mesh.indices[i + 2]!)]
      if (a !== b && b !== c && a !== c) indices.push(a, b, c)
    }
    groups.push({ material: group.material, start, count: indices.length - start })
  }
  return { ...mesh, positions, indices: Uint32Array.from(indices), groups }
}
