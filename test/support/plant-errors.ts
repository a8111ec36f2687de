import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeNpy, encodeNpy } from '../../src/engine/codecs/npy'
import { decodePng, encodePng, type PngImage } from '../../src/engine/codecs/png'
import { componentAt, type Pixels } from './components'

/** A demo room with one whole chair, a picture on the wall and long straight edges. */
export const SAMPLE = '0008'
/** NYUD40: class indices, which the files store plus one. */
const WALL = 0
const CHAIR = 4
const PICTURE = 10
/** A class this room does not have. */
const WRONG = 32

type Point = [number, number]
export interface Window {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where the errors are, for whoever repairs them; points are image coordinates. */
export interface Planted {
  readonly chair: { readonly inside: Point; readonly window: Window; readonly index: number }
  readonly picture: { readonly corners: readonly Point[]; readonly window: Window; readonly index: number }
  readonly depth: { readonly rect: Window }
  readonly wall: { readonly inside: Point; readonly axis: 'x' | 'y' | 'z' }
  readonly gap: { readonly from: Point; readonly to: Point; readonly window: Window }
}

/** Writes a folder with one room of `demo` and five errors in its labels; nothing else differs. */
export async function plantErrors(demo: string, root: string): Promise<Planted> {
  for (const folder of ['images', 'segmentation', 'depth', 'normals', 'edge', 'gt_sets'])
    await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'gt_sets', 'val.txt'), `${SAMPLE}\n`)
  await copyFile(join(demo, 'images', `${SAMPLE}.png`), join(root, 'images', `${SAMPLE}.png`))

  const png = async (folder: string): Promise<PngImage> => {
    const file = join(demo, folder, `${SAMPLE}.png`)
    return decodePng(await readFile(file), file)
  }
  const write = async (folder: string, image: PngImage): Promise<void> =>
    writeFile(join(root, folder, `${SAMPLE}.png`), await encodePng(image))

  const classes = await png('segmentation')
  const normals = await png('normals')
  const edges = await png('edge')
  const wall = flipWall(classes, normals)
  const chair = misname(classes)
  const picture = paintOver(classes)
  const gap = cut(edges)
  await write('segmentation', classes)
  await write('normals', normals)
  await write('edge', edges)
  return { chair, picture, depth: await shiftPatch(demo, root), wall, gap }
}

/** Gives the largest chair a class that is not in the room. */
function misname(classes: PngImage): Planted['chair'] {
  const chair = largest(classes, (at) => classes.data[at] === CHAIR + 1)
  for (const at of chair.at) classes.data[at] = WRONG + 1
  return { inside: centreOf(chair, classes.width), window: padded(chair.box, 4), index: CHAIR }
}

/** Paints the smaller picture over with wall. Its corners are what one sees of it in the photo. */
function paintOver(classes: PngImage): Planted['picture'] {
  const pictures: Pixels[] = []
  const seen = new Set<number>()
  classes.data.forEach((value, at) => {
    if (value !== PICTURE + 1 || seen.has(at)) return
    const found = componentAt(classes, at, (other) => classes.data[other] === PICTURE + 1)
    for (const one of found.at) seen.add(one)
    pictures.push(found)
  })
  const picture = pictures.filter(({ box }) => box.x > 0).sort((a, b) => b.at.length - a.at.length)[0]
  if (!picture) throw new Error('the room has no whole picture')
  const corners = cornersOf(picture, classes.width)
  for (const at of picture.at) classes.data[at] = WALL + 1
  return { corners, window: padded(picture.box, 4), index: PICTURE }
}

/** Moves a rectangle of depth half a metre away. */
async function shiftPatch(demo: string, root: string): Promise<Planted['depth']> {
  const file = join(demo, 'depth', `${SAMPLE}.npy`)
  const depth = decodeNpy(await readFile(file), file)
  const [height = 0, width = 0] = depth.shape.slice(-2)
  const data = Float32Array.from(depth.data, Number)
  const rect = { x: 150, y: 250, width: 110, height: 90 }
  for (let y = rect.y; y < rect.y + rect.height; y++)
    for (let x = rect.x; x < rect.x + rect.width; x++)
      if (data[y * width + x]! > 0) data[y * width + x]! += 0.5
  const bytes = encodeNpy({ dtype: 'f4', shape: [height, width], data })
  await writeFile(join(root, 'depth', `${SAMPLE}.npy`), bytes)
  return { rect }
}

/** Turns one axis of the normals of the largest flat piece of wall around. */
function flipWall(classes: PngImage, normals: PngImage): Planted['wall'] {
  const { data } = normals
  const near = (a: number, b: number): boolean =>
    [0, 1, 2].every((channel) => Math.abs(data[a * 3 + channel]! - data[b * 3 + channel]!) <= 2)
  let best: Pixels = { at: [], box: { x: 0, y: 0, width: 0, height: 0 } }
  const seen = new Set<number>()
  for (let at = 0; at < classes.data.length; at += 17) {
    if (classes.data[at] !== WALL + 1 || seen.has(at)) continue
    const piece = componentAt(classes, at, (other) => classes.data[other] === WALL + 1 && near(at, other))
    for (const one of piece.at) seen.add(one)
    if (piece.at.length > best.at.length) best = piece
  }
  const first = best.at[0]!
  const size = (channel: number): number => Math.abs(data[first * 3 + channel]! - 127.5)
  const channel = [0, 1, 2].reduce((most, one) => (size(one) > size(most) ? one : most))
  for (const at of best.at) data[at * 3 + channel] = 255 - data[at * 3 + channel]!
  return { inside: centreOf(best, classes.width), axis: (['x', 'y', 'z'] as const)[channel]! }
}

/** Removes 24 pixels from the middle of a straight, lonely upright line of boundary. */
function cut(edges: PngImage): Planted['gap'] {
  const { width, height, data } = edges
  const lonely = (x: number, y: number): boolean =>
    data[y * width + x] === 255 && [-3, -2, -1, 1, 2, 3].every((step) => data[y * width + x + step] === 0)
  for (let x = 4; x < width - 4; x++)
    for (let y = 0, run = 0; y < height; y++) {
      run = lonely(x, y) ? run + 1 : 0
      if (run < 40) continue
      const [top, bottom] = [y - 31, y - 8]
      for (let row = top; row <= bottom; row++) data[row * width + x] = 0
      const window = { x: x - 3, y: top, width: 7, height: bottom - top + 1 }
      return { from: [x + 0.5, top + 0.5], to: [x + 0.5, bottom + 0.5], window }
    }
  throw new Error('the room has no straight upright boundary')
}

function largest(image: PngImage, inside: (at: number) => boolean): Pixels {
  let best: Pixels = { at: [], box: { x: 0, y: 0, width: 0, height: 0 } }
  const seen = new Set<number>()
  for (let at = 0; at < image.data.length; at++) {
    if (!inside(at) || seen.has(at)) continue
    const found = componentAt(image, at, inside)
    for (const one of found.at) seen.add(one)
    if (found.at.length > best.at.length) best = found
  }
  return best
}

/** The middle of the pixel that lies deepest inside: the last one left when the rim is peeled off again and again. */
function centreOf({ at }: Pixels, width: number): Point {
  let left = new Set(at)
  for (;;) {
    const peeled = new Set(
      [...left].filter((one) => [-1, 1, -width, width].every((step) => left.has(one + step))),
    )
    if (peeled.size === 0) break
    left = peeled
  }
  const one = [...left][0]!
  return [(one % width) + 0.5, Math.floor(one / width) + 0.5]
}

/** The four corners of a picture: the largest four-cornered shape between corners of its pixels. */
function cornersOf({ at }: Pixels, width: number): Point[] {
  const points = at.flatMap((one): Point[] => {
    const [x, y] = [one % width, Math.floor(one / width)]
    return [
      [x, y],
      [x + 1, y],
      [x, y + 1],
      [x + 1, y + 1],
    ]
  })
  const far = (dx: number, dy: number): Point =>
    points.reduce((best, point) =>
      point[0] * dx + point[1] * dy > best[0] * dx + best[1] * dy ? point : best,
    )
  return [far(-1, -1), far(1, -1), far(1, 1), far(-1, 1)]
}

function padded({ x, y, width, height }: Window, by: number): Window {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}
