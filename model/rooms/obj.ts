/** One material of an MTL file, colours as written (sRGB, 0..1). */
export interface ObjMaterial {
  name: string
  color: [number, number, number]
  specular: number
  shininess: number
  opacity: number
  /** File name of the colour texture, relative to the MTL file. */
  map: string | undefined
}

export interface ObjMesh {
  /** x, y, z of every vertex. */
  positions: Float32Array
  normals: Float32Array
  uvs: Float32Array
  /** Triangles, sorted by material. */
  indices: Uint32Array
  /** Index ranges: start and count of each material's triangles. */
  groups: { material: string; start: number; count: number }[]
}

/** Parses the materials of an MTL file. */
export function parseMtl(text: string): Map<string, ObjMaterial> {
  const materials = new Map<string, ObjMaterial>()
  let current: ObjMaterial | undefined
  for (const line of text.split(/\r?\n/)) {
    const [word, ...rest] = line.trim().split(/\s+/)
    const first = Number(rest[0])
    if (word === 'newmtl') {
      const name = rest.join(' ')
      current = { name, color: [0.8, 0.8, 0.8], specular: 0, shininess: 10, opacity: 1, map: undefined }
      materials.set(name, current)
    } else if (!current) continue
    else if (word === 'Kd') current.color = [first, Number(rest[1]), Number(rest[2])]
    else if (word === 'Ks') current.specular = Math.max(first, Number(rest[1]), Number(rest[2]))
    else if (word === 'Ns') current.shininess = first
    else if (word === 'd') current.opacity = first
    else if (word === 'Tr') current.opacity = 1 - first
    else if (word === 'map_Kd') current.map = rest.at(-1)
  }
  return materials
}

/** Growable list of vertices that merges equal position/texture/normal triples. */
class VertexList {
  readonly positions: number[] = []
  readonly normals: number[] = []
  readonly uvs: number[] = []
  readonly #known = new Map<string, number>()

  constructor(
    readonly source: { v: number[]; vt: number[]; vn: number[] },
    readonly turn: (x: number, y: number, z: number) => [number, number, number],
  ) {}

  add(reference: string): number {
    const known = this.#known.get(reference)
    if (known !== undefined) return known
    const [v, vt, vn] = reference.split('/')
    const at = (list: number[], text: string | undefined, width: number): number => {
      const i = Number(text)
      return (i < 0 ? list.length / width + i : i - 1) * width
    }
    const { source } = this
    const p = at(source.v, v, 3)
    this.positions.push(...this.turn(source.v[p] ?? 0, source.v[p + 1] ?? 0, source.v[p + 2] ?? 0))
    const n = vn ? at(source.vn, vn, 3) : -1
    this.normals.push(
      ...(n < 0 ? [0, 0, 0] : this.turn(source.vn[n] ?? 0, source.vn[n + 1] ?? 0, source.vn[n + 2] ?? 0)),
    )
    const t = vt ? at(source.vt, vt, 2) : -1
    this.uvs.push(t < 0 ? 0 : (source.vt[t] ?? 0), t < 0 ? 0 : (source.vt[t + 1] ?? 0))
    const index = this.positions.length / 3 - 1
    this.#known.set(reference, index)
    return index
  }
}

/**
 * Parses an OBJ file into one indexed mesh. `rotation` (row-major 3x3) turns positions and normals.
 * Faces are fanned into triangles; vertices without a normal get the normal of their first face.
 */
export function parseObj(text: string, rotation?: number[]): ObjMesh {
  const source = { v: [] as number[], vt: [] as number[], vn: [] as number[] }
  const r = rotation ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const turn = (x: number, y: number, z: number): [number, number, number] => [
    r[0]! * x + r[1]! * y + r[2]! * z,
    r[3]! * x + r[4]! * y + r[5]! * z,
    r[6]! * x + r[7]! * y + r[8]! * z,
  ]
  const vertices = new VertexList(source, turn)
  const byMaterial = new Map<string, number[]>()
  let triangles: number[] = []
  const use = (name: string): void => {
    triangles = byMaterial.get(name) ?? []
    byMaterial.set(name, triangles)
  }
  use('')
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'v') source.v.push(Number(words[1]), Number(words[2]), Number(words[3]))
    else if (words[0] === 'vt') source.vt.push(Number(words[1]), Number(words[2]))
    else if (words[0] === 'vn') source.vn.push(Number(words[1]), Number(words[2]), Number(words[3]))
    else if (words[0] === 'usemtl') use(words.slice(1).join(' '))
    else if (words[0] === 'f') {
      const corners = words.slice(1).map((reference) => vertices.add(reference))
      for (let i = 2; i < corners.length; i++) triangles.push(corners[0]!, corners[i - 1]!, corners[i]!)
    }
  }
  const groups: ObjMesh['groups'] = []
  const indices: number[] = []
  for (const [material, list] of byMaterial) {
    if (list.length === 0) continue
    groups.push({ material, start: indices.length, count: list.length })
    for (const index of list) indices.push(index)
  }
  const mesh = {
    positions: Float32Array.from(vertices.positions),
    normals: Float32Array.from(vertices.normals),
    uvs: Float32Array.from(vertices.uvs),
    indices: Uint32Array.from(indices),
    groups,
  }
  fillMissingNormals(mesh)
  return mesh
}

function fillMissingNormals({ positions: p, normals: n, indices }: ObjMesh): void {
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i]! * 3, indices[i + 1]! * 3, indices[i + 2]! * 3]
    const u = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!] as const
    const v = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!] as const
    const face = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]] as const
    const length = Math.hypot(...face) || 1
    for (const corner of [a, b, c]) {
      if (n[corner] !== 0 || n[corner + 1] !== 0 || n[corner + 2] !== 0) continue
      for (let k = 0; k < 3; k++) n[corner + k] = face[k]! / length
    }
  }
}
