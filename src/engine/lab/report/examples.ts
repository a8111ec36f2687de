import { colourTexels, type MapStyle } from '../../../shared/colour'
import type { RgbImage } from '../../../shared/image'
import { cutOf, isOwn, linksOf, reachOf, type Link } from '../../../shared/lab/link'
import { linkFigures } from '../../../shared/lab/link-figures'
import type { DenseMap } from '../../../shared/maps'
import { ATTENTION_LUT, BOUNDARY_LUT, classLut, classPalette } from '../../../shared/palette'
import { wholeBlock } from '../../../shared/texels'
import type { TaskId } from '../../../shared/tasks'
import { encodePng, plainPng } from '../../codecs/png'
import type { Dataset } from '../../dataset/dataset'
import type { InfluenceReport } from '../influence-report'
import type { LabModel } from '../lab-model'

/** One link on one image: what a row of the picture shows. */
export interface Example {
  readonly task: TaskId
  readonly link: Link
  readonly sample: string
  /** Effect of the cut on this image. */
  readonly effect: number
  /** The change that gets the last colour: 1 for classes, else in the unit of the effect's metric. */
  readonly range: number
}

/** What drawing needs of a `LabModel`. */
export type ExampleModel = Pick<LabModel, 'plain' | 'changed' | 'palette'>

const GAP = 6

/**
 * For every task, the link from elsewhere with the largest mean effect on the image where its effect is largest: photo,
 * prediction, prediction with the link cut, and where it changed. Rows of one PNG, in the order of the examples.
 */
export async function drawExamples(
  dataset: Dataset,
  model: ExampleModel,
  report: InfluenceReport,
): Promise<{ readonly examples: readonly Example[]; readonly png: Uint8Array }> {
  const examples: Example[] = []
  const rows: Picture[][] = []
  for (const { task, link, sample, effect } of chosen(report)) {
    const photo = await dataset.readPhoto(sample)
    const image = { key: `example ${sample}`, ...photo }
    const before = (await model.plain(image)).get(task)
    const after = (await model.changed(image, [cutOf(link, report.mode)], [task])).get(task)
    if (!before || !after) continue
    const palette = model.palette(task) ?? classPalette(255)
    const style: MapStyle = {
      classes: classLut(palette),
      window: {
        min: 0,
        max: before.kind === 'scalar' ? Math.max(largest(before.data), largest(after.data)) : 10,
      },
      probability: BOUNDARY_LUT,
    }
    const { picture, range } = changePicture(before, after, style)
    examples.push({ task, link, sample, effect, range })
    rows.push([photoPicture(photo), mapPicture(before, style), mapPicture(after, style), picture])
  }
  return { examples, png: await sheet(rows) }
}

function chosen(report: InfluenceReport): Omit<Example, 'range'>[] {
  const links = linksOf(report)
  const figures = linkFigures(report, report.perSample)
  return report.tasks.flatMap((task) => {
    const order = figures
      .map(({ effect }, at) => ({ at, mean: effect?.mean ?? 0 }))
      .filter(({ at }) => reachOf(links[at]!) === task && !isOwn(links[at]!) && links[at]!.axis === 'task')
      .sort((a, b) => b.mean - a.mean)
    const at = order[0]?.at
    if (at === undefined) return []
    const [most] = [...report.perSample].sort((a, b) => (b.effect[at] ?? 0) - (a.effect[at] ?? 0))
    return most ? [{ task, link: links[at]!, sample: most.sample, effect: most.effect[at] ?? 0 }] : []
  })
}

/** Packed RGBA over black. */
interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint32Array
}

function photoPicture({ width, height, data }: RgbImage): Picture {
  const pixels = Uint32Array.from(
    { length: width * height },
    (_, at) => 0xff000000 + (data[at * 3 + 2]! << 16) + (data[at * 3 + 1]! << 8) + data[at * 3]!,
  )
  return { width, height, pixels }
}

function mapPicture(map: DenseMap, style: MapStyle): Picture {
  const pixels = new Uint32Array(map.width * map.height)
  colourTexels(map, style, wholeBlock(map, pixels))
  return { width: map.width, height: map.height, pixels }
}

/** Classes: the new class where it changed. Others: how much, from nothing to the largest change, which is `range`. */
function changePicture(
  before: DenseMap,
  after: DenseMap,
  style: MapStyle,
): { picture: Picture; range: number } {
  const { width, height } = before
  const channels = before.data.length / (width * height)
  const change = Float64Array.from({ length: width * height }, (_, at) => {
    let square = 0
    for (let i = at * channels; i < (at + 1) * channels; i++)
      square += (after.data[i]! - before.data[i]!) ** 2
    // The chord of two unit vectors as the angle between them.
    return channels === 3
      ? (2 * Math.asin(Math.min(1, Math.sqrt(square) / 2)) * 180) / Math.PI
      : Math.sqrt(square)
  })
  if (before.kind === 'class') {
    const { pixels } = mapPicture(after, style)
    return { picture: { width, height, pixels: pixels.map((one, at) => (change[at] ? one : 0)) }, range: 1 }
  }
  const range = largest(change)
  const pixels = Uint32Array.from(
    change,
    (one) => ATTENTION_LUT[range > 0 ? Math.round((255 * one) / range) : 0]!,
  )
  return { picture: { width, height, pixels }, range }
}

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!)
  return most
}

function sheet(rows: readonly (readonly Picture[])[]): Promise<Uint8Array> {
  const width = Math.max(1, ...rows.map((row) => row.reduce((sum, one) => sum + one.width + GAP, -GAP)))
  const height = Math.max(
    1,
    rows.reduce((sum, [first]) => sum + (first?.height ?? 0) + GAP, -GAP),
  )
  const data = new Uint8Array(width * height * 3).fill(255)
  let top = 0
  for (const row of rows) {
    let left = 0
    for (const picture of row) {
      blend(picture, data, width, left, top)
      left += picture.width + GAP
    }
    top += (row[0]?.height ?? 0) + GAP
  }
  return encodePng(plainPng({ width, height }, 'rgb', 8, data))
}

function blend(
  { width, height, pixels }: Picture,
  data: Uint8Array,
  across: number,
  left: number,
  top: number,
): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const packed = pixels[y * width + x]!
      const alpha = (packed >>> 24) / 255
      const to = ((top + y) * across + left + x) * 3
      for (let channel = 0; channel < 3; channel++)
        data[to + channel] = Math.round(((packed >>> (8 * channel)) & 255) * alpha)
    }
}
