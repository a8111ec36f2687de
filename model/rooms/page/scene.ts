import * as THREE from 'three'
import { labelValue } from '../classes'
import type { Camera, Item, RoomSpec } from '../layout/spec'
import { Builder, type PartData } from './build'
import { buildLights } from './lights'
import { instantiate } from './models'
import { buildSurfaces, FIRST_ITEM } from './surfaces'
import { SHAPES } from './shapes/table'

/** The scene of one room. Every mesh has `userData` {id, label or labels, onlyLabels?, onlyPhoto?}. */
export async function buildScene(room: RoomSpec, environment: THREE.Texture): Promise<THREE.Scene> {
  const scene = new THREE.Scene()
  scene.background = new THREE.Color('#dfe8f2')
  scene.add(buildSurfaces(room), buildLights(room))
  const objects = await Promise.all(room.items.map((item) => buildItem(item, room.look.daylight)))
  objects.forEach((object, i) => {
    const { label } = room.items[i]!
    object.traverse((part) => {
      const own = part.userData as PartData
      part.userData = { ...own, id: FIRST_ITEM + i, label: labelValue(own.label ?? label) }
      if (!(part instanceof THREE.Mesh)) return
      const clear = materialsOf(part).every((material) => material.transparent)
      part.castShadow = !clear && part.userData['onlyPhoto'] !== true && part.userData['onlyLabels'] !== true
      part.receiveShadow = true
    })
    scene.add(object)
  })
  reflect(scene, environment, room.look.ambient)
  return scene
}

function materialsOf(object: THREE.Object3D): THREE.Material[] {
  return object instanceof THREE.Mesh ? [object.material as THREE.Material | THREE.Material[]].flat() : []
}

/** Gives glossy materials something to reflect; matte ones have their ambient light from the hemisphere light. */
function reflect(scene: THREE.Scene, environment: THREE.Texture, ambient: number): void {
  scene.traverse((part) => {
    for (const material of materialsOf(part)) {
      if (!(material instanceof THREE.MeshStandardMaterial)) continue
      material.envMap = environment
      material.envMapIntensity = 0.35 * ambient
    }
  })
}

async function buildItem(item: Item, daylight: boolean): Promise<THREE.Object3D> {
  let object: THREE.Object3D
  if (item.shape.kind === 'mesh') object = await instantiate(item.shape.key, item.label, item.seed)
  else {
    const builder = new Builder(item.size, item.seed)
    SHAPES[item.shape.kind](builder, daylight)
    object = builder.group
  }
  object.position.set(...item.position)
  object.rotation.y = item.yaw
  return object
}

export function buildCamera(camera: Camera, aspect: number): THREE.PerspectiveCamera {
  const vertical = 2 * Math.atan(Math.tan(camera.fov / 2) / aspect)
  const out = new THREE.PerspectiveCamera((vertical * 180) / Math.PI, aspect, 0.05, 40)
  out.rotation.order = 'YXZ'
  out.rotation.set(camera.pitch, camera.yaw, camera.roll)
  out.position.set(...camera.eye)
  out.updateMatrixWorld()
  return out
}

/** Soft surroundings for reflections and ambient light: a pale room with bright panels. */
export function buildEnvironment(renderer: THREE.WebGLRenderer): THREE.Texture {
  const scene = new THREE.Scene()
  const shell = new THREE.Mesh(
    new THREE.BoxGeometry(10, 6, 10),
    new THREE.MeshBasicMaterial({ side: THREE.BackSide, color: '#b9b2a8' }),
  )
  scene.add(shell)
  const panel = (
    x: number,
    y: number,
    z: number,
    w: number,
    h: number,
    d: number,
    strength: number,
  ): void => {
    const mesh = new THREE.Mesh(
      new THREE.BoxGeometry(w, h, d),
      new THREE.MeshBasicMaterial({ color: new THREE.Color().setScalar(strength) }),
    )
    mesh.position.set(x, y, z)
    scene.add(mesh)
  }
  panel(0, 2.9, 0, 6, 0.1, 6, 2.2)
  panel(-4.9, 0.5, 0, 0.1, 2.5, 3.5, 5)
  panel(2, 0.5, 4.9, 3, 2, 0.1, 4)
  panel(0, -2.9, 0, 9, 0.1, 9, 0.3)
  const generator = new THREE.PMREMGenerator(renderer)
  const { texture } = generator.fromScene(scene, 0.04)
  generator.dispose()
  return texture
}

/**
 * Frees what belongs to one room; shared model geometries and textures stay. Materials are not disposed of: three
 * deletes a shader with its last material, and compiling it again costs seconds in software rendering.
 */
export function disposeScene(scene: THREE.Scene): void {
  scene.traverse((part) => {
    if (part instanceof THREE.DirectionalLight || part instanceof THREE.SpotLight) part.dispose()
    if (!(part instanceof THREE.Mesh) || Array.isArray(part.material)) return
    const material = part.material as THREE.Material
    if ('map' in material && material.map instanceof THREE.Texture) material.map.dispose()
    ;(part.geometry as THREE.BufferGeometry).dispose()
  })
}
