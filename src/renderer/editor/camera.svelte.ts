import type { CameraPose } from '../../shared/space'

const MIN_SCALE = 1 / 64
const MAX_SCALE = 128
/** Free space left around a fitted photo, CSS pixels on each side. */
const FIT_MARGIN = 16

/** One camera for every pane; a view may install `animate` to move there smoothly instead of at once. */
export class Camera {
  pose: CameraPose = $state.raw({ x: 0, y: 0, scale: 1 })
  /** True until the user moves; a fitted camera follows the pane's size. */
  fitted = $state(true)
  image = $state.raw({ width: 1, height: 1 })
  pane = $state.raw({ width: 1, height: 1 })
  animate: ((to: CameraPose) => void) | null = null
  #goal: CameraPose | null = null

  /** A photo of another size resets the camera; one of the same size keeps the place. */
  setImage(width: number, height: number): void {
    if (this.image.width === width && this.image.height === height) return
    this.image = { width, height }
    this.fitted = true
    this.pose = this.fitPose()
  }

  setPane(width: number, height: number): void {
    if (this.pane.width === width && this.pane.height === height) return
    this.pane = { width, height }
    if (this.fitted) this.pose = this.fitPose()
  }

  fit(): void {
    this.fitted = true
    this.go(this.fitPose())
  }

  actualPixels(): void {
    this.fitted = false
    this.go({ ...this.goal, scale: 1 })
  }

  /** Moves at once, e.g. while dragging; the centre stays on the photo. */
  place(pose: CameraPose): void {
    this.fitted = false
    this.#goal = null
    this.pose = this.limited(pose)
  }

  /** Where the camera is going, or is when it rests. */
  get goal(): CameraPose {
    return this.#goal ?? this.pose
  }

  /** Zooms by `factor`, on top of a movement under way, so that the image point (x, y) of `goal` stays where it is. */
  zoomAt(factor: number, x: number, y: number): void {
    const from = this.goal
    const scale = clamp(from.scale * factor, MIN_SCALE, MAX_SCALE)
    const k = from.scale / scale
    this.fitted = false
    this.go({ scale, x: x + (from.x - x) * k, y: y + (from.y - y) * k })
  }

  zoom(factor: number): void {
    this.zoomAt(factor, this.goal.x, this.goal.y)
  }

  /** One step of an animation; at its end the camera rests. */
  step(pose: CameraPose, last: boolean): void {
    this.pose = pose
    if (last) this.#goal = null
  }

  private go(to: CameraPose): void {
    const pose = this.limited(to)
    if (this.animate) {
      this.#goal = pose
      this.animate(pose)
    } else this.pose = pose
  }

  private limited({ x, y, scale }: CameraPose): CameraPose {
    return {
      x: clamp(x, 0, this.image.width),
      y: clamp(y, 0, this.image.height),
      scale: clamp(scale, MIN_SCALE, MAX_SCALE),
    }
  }

  private fitPose(): CameraPose {
    const width = Math.max(1, this.pane.width - 2 * FIT_MARGIN)
    const height = Math.max(1, this.pane.height - 2 * FIT_MARGIN)
    return {
      x: this.image.width / 2,
      y: this.image.height / 2,
      scale: clamp(Math.min(width / this.image.width, height / this.image.height), MIN_SCALE, MAX_SCALE),
    }
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
