import { imageFromScreen, screenFromImage, type CameraPose, type Size } from '../../shared/space'

/** Smaller pixels than this many CSS pixels need no lines between them. */
const GRID_FROM = 8

/** Hairlines between the visible pixels of the photo. Cost: one line per visible row and column. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  { camera, pane, image }: { camera: CameraPose; pane: Size; image: Size },
): void {
  if (camera.scale <= GRID_FROM) return
  const first = imageFromScreen(camera, pane, { x: 0, y: 0 })
  const last = imageFromScreen(camera, pane, { x: pane.width, y: pane.height })
  const left = Math.max(0, Math.floor(first.x))
  const right = Math.min(image.width, Math.ceil(last.x))
  const top = Math.max(0, Math.floor(first.y))
  const bottom = Math.min(image.height, Math.ceil(last.y))
  if (left >= right || top >= bottom) return
  const start = screenFromImage(camera, pane, { x: left, y: top })
  const end = screenFromImage(camera, pane, { x: right, y: bottom })
  context.beginPath()
  for (let x = left; x <= right; x++) {
    const at = sharp(start.x + (x - left) * camera.scale)
    context.moveTo(at, start.y)
    context.lineTo(at, end.y)
  }
  for (let y = top; y <= bottom; y++) {
    const at = sharp(start.y + (y - top) * camera.scale)
    context.moveTo(start.x, at)
    context.lineTo(end.x, at)
  }
  context.lineWidth = 1
  context.strokeStyle = 'rgb(0 0 0 / 0.22)'
  context.stroke()
}

/** Half a pixel in, so that a line of one pixel covers one pixel. */
export function sharp(at: number): number {
  return Math.round(at - 0.5) + 0.5
}
