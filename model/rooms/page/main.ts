import * as THREE from 'three'
import type { RoomSpec } from '../layout/spec'
import { LabelPass, type Labels } from './label-pass'
import { PhotoPass } from './photo-pass'
import { buildCamera, buildEnvironment, buildScene, disposeScene } from './scene'
import { judgeView, scoreView } from '../view'

const SAMPLES = 4

interface Studio {
  renderer: THREE.WebGLRenderer
  labels: LabelPass
  photo: PhotoPass
  environment: THREE.Texture
  aspect: number
}

let studio: Studio | undefined

function open(width: number, height: number): Studio {
  const renderer = new THREE.WebGLRenderer({ antialias: false, preserveDrawingBuffer: true })
  renderer.setPixelRatio(1)
  renderer.setSize(width, height)
  renderer.shadowMap.enabled = true
  renderer.shadowMap.type = THREE.PCFShadowMap
  renderer.toneMapping = THREE.ACESFilmicToneMapping
  renderer.info.autoReset = true
  document.body.append(renderer.domElement)
  return {
    renderer,
    labels: new LabelPass(width, height),
    photo: new PhotoPass(width, height, SAMPLES),
    environment: buildEnvironment(renderer),
    aspect: width / height,
  }
}

/** Renders a room from the best of its views that show enough, and posts the pixels; gives the view's index, or -1. */
async function renderRoom(
  room: RoomSpec,
  size: { width: number; height: number },
  post: string,
): Promise<number> {
  studio ??= open(size.width, size.height)
  const { renderer, labels, photo, environment, aspect } = studio
  const scene = await buildScene(room, environment)
  try {
    const scores = room.cameras.map((view) => {
      const maps = labels.render(renderer, scene, buildCamera(view, aspect))
      return judgeView(maps) === undefined ? scoreView(maps) : -Infinity
    })
    const best = scores.indexOf(Math.max(...scores))
    const view = room.cameras[best]
    if (!view || scores[best] === -Infinity) return -1
    const camera = buildCamera(view, aspect)
    const maps = labels.render(renderer, scene, camera)
    await send(post, photo.render(renderer, scene, camera, labels.target, room.look), maps)
    return best
  } finally {
    disposeScene(scene)
  }
}

/** Body: RGB, class, normal bytes, then instance ids (u16) and depth (f32), little endian. */
async function send(post: string, rgb: Uint8Array, maps: Labels): Promise<void> {
  const parts = [rgb, maps.classes, maps.normals, maps.instances, maps.depth]
  const body = new Blob(
    parts.map((part) => new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength)),
  )
  const reply = await fetch(post, { method: 'POST', body })
  if (!reply.ok) throw new Error(`Posting a room failed: ${reply.status}`)
}

Object.assign(globalThis, { renderRoom })
