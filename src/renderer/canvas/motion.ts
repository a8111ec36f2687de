import type { CameraPose } from '../../shared/space'
import type { Camera } from '../editor/camera.svelte'
import type { Frames } from './frames'

const DURATION_MS = 110

/** Moves the camera smoothly, or at once where the system asks for reduced motion. Returns what undoes the installation. */
export function installMotion(camera: Camera, frames: Frames): () => void {
  const reduced = window.matchMedia('(prefers-reduced-motion: reduce)')
  let from: CameraPose = camera.pose
  let to: CameraPose | null = null
  let start = 0
  const tick = (): void => {
    // Dragging or a new photo took over.
    if (!to || camera.goal !== to) return
    const t = Math.min(1, (performance.now() - start) / DURATION_MS)
    const eased = 1 - (1 - t) ** 3
    // Linear in 1 / scale: the point the zoom is anchored at stays where it is in every frame.
    const inverse = 1 / from.scale + (1 / to.scale - 1 / from.scale) * eased
    const pose =
      t === 1 ? to : { x: mix(from.x, to.x, eased), y: mix(from.y, to.y, eased), scale: 1 / inverse }
    camera.step(pose, t === 1)
    if (t < 1) frames.request(tick)
  }
  camera.animate = (goal) => {
    if (reduced.matches) {
      camera.step(goal, true)
      return
    }
    from = camera.pose
    to = goal
    start = performance.now()
    frames.request(tick)
  }
  return () => {
    camera.animate = null
  }
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t
}
