import * as v from 'valibot'
import { DEFAULT_FIELD_OF_VIEW, intrinsicsFromFieldOfView, type Intrinsics } from '../../shared/camera'
import type { Size } from '../../shared/space'
import type { Settings } from './settings'

/** Intrinsics as parts of the photo, so that they hold for every size of it: fx, fy and cx by its width, cy by its height. */
const Stated = v.object({
  fx: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  fy: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  cx: v.pipe(v.number(), v.finite()),
  cy: v.pipe(v.number(), v.finite()),
})
type Stated = v.InferOutput<typeof Stated>

/** The cameras data sets were taken with: as stated by the user and remembered by folder, or assumed. */
export class Optics {
  #byFolder: Readonly<Record<string, Stated | null>> = $state.raw({})

  constructor(
    private readonly settings: Settings,
    /** The open data set; what its camera is remembered by. */
    private readonly folder: () => string,
  ) {}

  /** False while the camera is only assumed. */
  get stated(): boolean {
    return this.#stated !== null
  }

  /** The camera for photos of this size. */
  of(size: Size): Intrinsics {
    const stated = this.#stated
    if (!stated) return intrinsicsFromFieldOfView(size, DEFAULT_FIELD_OF_VIEW)
    const { fx, fy, cx, cy } = stated
    return { fx: fx * size.width, fy: fy * size.width, cx: cx * size.width, cy: cy * size.height }
  }

  /** States the camera as it is on photos of this size; null goes back to assuming one. */
  set(size: Size, camera: Intrinsics | null): void {
    const folder = this.folder()
    const stated = camera && {
      fx: camera.fx / size.width,
      fy: camera.fy / size.width,
      cx: camera.cx / size.width,
      cy: camera.cy / size.height,
    }
    this.#byFolder = { ...this.#byFolder, [folder]: stated }
    this.settings.set(`camera.${folder}`, stated)
  }

  get #stated(): Stated | null {
    const folder = this.folder()
    const known = this.#byFolder[folder]
    if (known !== undefined) return known
    const read = v.safeParse(Stated, this.settings.get(`camera.${folder}`))
    return read.success ? read.output : null
  }
}
