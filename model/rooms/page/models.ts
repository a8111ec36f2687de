import * as THREE from 'three'
import { labelValue, partClass, type NyudClass } from '../classes'
import { Random } from '../random'
import type { MeshMaterial } from '../mesh-file'
import { surface, type Material } from './build'

interface Header {
  vertices: number
  indices: number
  materials: MeshMaterial[]
}

interface Model {
  geometry: THREE.BufferGeometry
  materials: MeshMaterial[]
  maps: (THREE.Texture | undefined)[]
}

const models = new Map<string, Promise<Model>>()
const textures = new Map<string, Promise<THREE.Texture>>()

/** Fetches a model once; it stays on the graphics side for the rooms that follow. */
function loadModel(key: string): Promise<Model> {
  const known = models.get(key)
  if (known) return known
  const loading = fetchModel(key)
  models.set(key, loading)
  return loading
}

async function fetchModel(key: string): Promise<Model> {
  const reply = await fetch(`/mesh?key=${encodeURIComponent(key)}`)
  if (!reply.ok) throw new Error(`Mesh ${key}: ${await reply.text()}`)
  const bytes = await reply.arrayBuffer()
  const length = new DataView(bytes).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as Header
  let at = Math.ceil((4 + length) / 4) * 4
  const floats = (count: number): Float32Array => {
    const array = new Float32Array(bytes, at, count)
    at += count * 4
    return array
  }
  const geometry = new THREE.BufferGeometry()
  geometry.setAttribute('position', new THREE.BufferAttribute(floats(header.vertices * 3), 3))
  geometry.setAttribute('normal', new THREE.BufferAttribute(floats(header.vertices * 3), 3))
  geometry.setAttribute('uv', new THREE.BufferAttribute(floats(header.vertices * 2), 2))
  geometry.setIndex(new THREE.BufferAttribute(new Uint32Array(bytes, at, header.indices), 1))
  header.materials.forEach(({ start, count }, i) => geometry.addGroup(start, count, i))
  const catalogue = key.split('/')[0] ?? ''
  const maps = await Promise.all(
    header.materials.map(async ({ map }) => (map ? loadTexture(catalogue, map) : undefined)),
  )
  return { geometry, materials: header.materials, maps }
}

function loadTexture(catalogue: string, path: string): Promise<THREE.Texture> {
  const url = `/texture?catalogue=${catalogue}&path=${encodeURIComponent(path)}`
  const known = textures.get(url)
  if (known) return known
  const loading = new THREE.TextureLoader().loadAsync(url).then((texture) => {
    texture.colorSpace = THREE.SRGBColorSpace
    texture.wrapS = texture.wrapT = THREE.RepeatWrapping
    texture.anisotropy = 2
    return texture
  })
  textures.set(url, loading)
  return loading
}

/** One instance of a model: shared geometry, own materials with a colour shift from the seed. */
export async function instantiate(key: string, owner: NyudClass, seed: number): Promise<THREE.Mesh> {
  const { geometry, materials, maps } = await loadModel(key)
  const random = new Random(seed)
  const shift = random.chance(0.5) ? random.range(-0.5, 0.5) : 0
  const [saturation, light] = [random.range(0.6, 1.2), random.range(0.75, 1.25)]
  const own = materials.map((source, i) => material(source, maps[i], shift, saturation, light))
  const mesh = new THREE.Mesh(geometry, own)
  mesh.userData = { labels: materials.map((source) => labelValue(partClass(owner, source.name))) }
  return mesh
}

function material(
  source: MeshMaterial,
  map: THREE.Texture | undefined,
  shift: number,
  saturation: number,
  light: number,
): Material {
  const gloss =
    Math.min(1, Math.log10(Math.max(1, source.shininess)) / 3) * Math.min(1, source.specular * 1.5)
  const clear = source.opacity < 0.98
  const metal = source.specular > 0.6 && source.shininess > 60 && !map
  const out = surface({ roughness: clear ? 0.08 : 0.9 - 0.65 * gloss, metalness: metal ? 0.4 : 0 })
  out.side = THREE.DoubleSide
  if (map) {
    out.map = map
    out.color.setScalar(Math.min(1, 0.85 * light + 0.15))
    if (source.cutout) out.alphaTest = 0.5
  } else {
    out.color.setRGB(...source.color, THREE.SRGBColorSpace)
    const hsl = { h: 0, s: 0, l: 0 }
    out.color.getHSL(hsl, THREE.SRGBColorSpace)
    const [s, l] = [Math.min(1, hsl.s * saturation), Math.min(0.93, Math.max(0.04, hsl.l * light))]
    out.color.setHSL((hsl.h + shift + 1) % 1, s, l, THREE.SRGBColorSpace)
  }
  if (clear) {
    out.transparent = true
    out.opacity = Math.max(0.25, source.opacity)
    out.depthWrite = false
  }
  return out
}
