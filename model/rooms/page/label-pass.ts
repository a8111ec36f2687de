import * as THREE from 'three'

const vertexShader = /* glsl */ `
  out vec3 vNormalView;
  out vec3 vPlace;
  out vec2 vUv2;
  void main() {
    vec4 place = modelViewMatrix * vec4(position, 1.0);
    vPlace = place.xyz;
    vNormalView = normalMatrix * normal;
    vUv2 = uv;
    gl_Position = projectionMatrix * place;
  }`

const fragmentShader = /* glsl */ `
  layout(location = 0) out vec4 outCode;
  layout(location = 1) out vec4 outNormal;
  uniform vec2 code;
  uniform sampler2D cutout;
  uniform float threshold;
  in vec3 vNormalView;
  in vec3 vPlace;
  in vec2 vUv2;
  void main() {
    if (threshold > 0.0 && texture(cutout, vUv2).a < threshold) discard;
    // The face itself tells which side is seen, whatever the winding of the mesh.
    vec3 face = normalize(cross(dFdx(vPlace), dFdy(vPlace)));
    vec3 view = normalize(-vPlace);
    if (dot(face, view) < 0.0) face = -face;
    vec3 n = length(vNormalView) > 0.5 ? normalize(vNormalView) : face;
    if (dot(n, face) < 0.0) n = -n;
    // Some meshes carry normals that have nothing to do with their faces.
    if (!(dot(n, face) > 0.25)) n = face;
    float away = dot(n, view);
    if (away < 0.0) n = normalize(n - away * view);
    outCode = vec4(code, -vPlace.z, 1.0);
    outNormal = vec4(n, 0.0);
  }`

const blank = new THREE.DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1)
blank.needsUpdate = true

function labelMaterial(id: number, label: number, source: THREE.Material): THREE.ShaderMaterial {
  const cut =
    source.alphaTest > 0 && 'map' in source && source.map instanceof THREE.Texture ? source.map : undefined
  return new THREE.ShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader,
    fragmentShader,
    side: THREE.DoubleSide,
    uniforms: {
      code: { value: new THREE.Vector2(id, label) },
      cutout: { value: cut ?? blank },
      threshold: { value: cut ? source.alphaTest : 0 },
    },
  })
}

/** What the label pass gives per pixel, rows from the top. */
export interface Labels {
  /** Instance ids; 0 where nothing was hit. */
  instances: Uint16Array
  /** Class index + 1; 0 void. */
  classes: Uint8Array
  /** Metres along the camera's axis; 0 where nothing was hit. */
  depth: Float32Array
  /** Unit normals in camera space as bytes, 2p/255-1: x right, y up, z to the camera. */
  normals: Uint8Array
}

/** Renders ids, classes, depth and normals without antialiasing, at pixel centres. */
export class LabelPass {
  readonly target: THREE.WebGLRenderTarget
  readonly #materials = new Map<string, THREE.Material>()

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.target = new THREE.WebGLRenderTarget(width, height, {
      count: 2,
      type: THREE.FloatType,
      minFilter: THREE.NearestFilter,
      magFilter: THREE.NearestFilter,
    })
  }

  render(renderer: THREE.WebGLRenderer, scene: THREE.Scene, camera: THREE.Camera): Labels {
    const restore: (() => void)[] = []
    scene.traverse((part) => {
      if (!(part instanceof THREE.Mesh)) return
      const data = part.userData as {
        id?: number
        label?: number
        labels?: number[]
        onlyPhoto?: boolean
        onlyLabels?: boolean
      }
      const [material, visible] = [part.material as THREE.Material | THREE.Material[], part.visible]
      restore.push(() => {
        part.material = material
        part.visible = visible
      })
      part.visible = data.onlyPhoto !== true
      const replace = (source: THREE.Material, label: number): THREE.Material =>
        this.#material(data.id ?? 0, label, source)
      part.material = Array.isArray(material)
        ? material.map((source, i) => replace(source, data.labels?.[i] ?? data.label ?? 0))
        : replace(material, data.label ?? 0)
    })
    const { background } = scene
    const shadows = renderer.shadowMap.enabled
    scene.background = null
    renderer.shadowMap.enabled = false
    renderer.setClearColor(0x000000, 0)
    renderer.setRenderTarget(this.target)
    renderer.clear()
    renderer.render(scene, camera)
    scene.background = background
    renderer.shadowMap.enabled = shadows
    for (const undo of restore) undo()
    return this.#read(renderer)
  }

  /** Materials are kept from room to room, so that the shader is compiled once. */
  #material(id: number, label: number, source: THREE.Material): THREE.Material {
    const cut =
      source.alphaTest > 0 && 'map' in source && source.map instanceof THREE.Texture ? source.map?.uuid : ''
    const key = `${id} ${label} ${cut ?? ''}`
    const known = this.#materials.get(key) ?? labelMaterial(id, label, source)
    this.#materials.set(key, known)
    return known
  }

  #read(renderer: THREE.WebGLRenderer): Labels {
    const { width, height } = this
    const codes = new Float32Array(width * height * 4)
    const vectors = new Float32Array(width * height * 4)
    renderer.readRenderTargetPixels(this.target, 0, 0, width, height, codes, undefined, 0)
    renderer.readRenderTargetPixels(this.target, 0, 0, width, height, vectors, undefined, 1)
    const instances = new Uint16Array(width * height)
    const classes = new Uint8Array(width * height)
    const depth = new Float32Array(width * height)
    const normals = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = ((height - 1 - y) * width + x) * 4
        const to = y * width + x
        if (codes[from + 3] === 0) continue
        instances[to] = codes[from]!
        classes[to] = codes[from + 1]!
        depth[to] = codes[from + 2]!
        for (let k = 0; k < 3; k++) normals[to * 3 + k] = Math.round(((vectors[from + k]! + 1) / 2) * 255)
      }
    return { instances, classes, depth, normals }
  }
}
