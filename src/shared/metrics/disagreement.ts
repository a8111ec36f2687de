import { IGNORE_CLASS, type ClassMap, type DenseMap, type ProbabilityMap } from '../maps'
import { anglesOf } from './normals'
import { pairOf } from './tally'

/** How much label and prediction disagree at each pixel, 0 (agree or unknown) to 1. */
export type Severity = Float32Array<ArrayBuffer>

/** Relative depth errors and angles up to these are noise of the prediction, not a suspicion. */
const DEPTH_NOISE = 0.25
const ANGLE_NOISE = 30

/**
 * Disagreement of a label with its prediction. Classes: 1 where they differ. Depth: |p - d| / d above 0.25. Normals: the
 * angle / 90 degrees above 30 degrees. Probabilities: 1 - the other's largest value within `radius` pixels, where one is
 * at least 0.5 and that is below. Throws as `pairOf`.
 */
export function disagreement(label: DenseMap, prediction: DenseMap, radius: number): Severity {
  const severity = new Float32Array(label.width * label.height)
  switch (label.kind) {
    case 'class': {
      const { data: found } = pairOf('class', label, prediction).prediction
      for (let i = 0; i < severity.length; i++)
        severity[i] = label.data[i] !== IGNORE_CLASS && label.data[i] !== found[i] ? 1 : 0
      return severity
    }
    case 'scalar': {
      const { data: found } = pairOf('scalar', label, prediction).prediction
      for (let i = 0; i < severity.length; i++) {
        const wanted = label.data[i]!
        const error = wanted > 0 ? Math.abs(found[i]! - wanted) / wanted : 0
        severity[i] = error > DEPTH_NOISE ? Math.min(1, error) : 0
      }
      return severity
    }
    case 'vector': {
      const { valid } = anglesOf(label, prediction)
      for (let i = 0, next = 0; i < severity.length; i++) {
        if (label.data[3 * i] === 0 && label.data[3 * i + 1] === 0 && label.data[3 * i + 2] === 0) continue
        const angle = valid[next++]!
        severity[i] = angle > ANGLE_NOISE ? Math.min(1, angle / 90) : 0
      }
      return severity
    }
    case 'probability': {
      const { prediction: found } = pairOf('probability', label, prediction)
      const [nearFound, nearLabel] = [largestNear(found, radius), largestNear(label, radius)]
      for (let i = 0; i < severity.length; i++) {
        const missed = label.data[i]! >= 0.5 && nearFound[i]! < 0.5 ? 1 - nearFound[i]! : 0
        const extra = found.data[i]! >= 0.5 && nearLabel[i]! < 0.5 ? 1 - nearLabel[i]! : 0
        severity[i] = Math.max(missed, extra)
      }
      return severity
    }
  }
}

/** Two labels of one image that contradict each other: 1 where classes change and no boundary is labelled within `radius` pixels. */
export function bordersWithoutBoundary(
  classes: ClassMap,
  boundary: ProbabilityMap,
  radius: number,
): Severity {
  const { width, height, data } = classes
  const near = largestNear(boundary, radius)
  const severity = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const differs = (j: number): boolean =>
        data[i] !== data[j] && data[i] !== IGNORE_CLASS && data[j] !== IGNORE_CLASS
      const border = (x + 1 < width && differs(i + 1)) || (y + 1 < height && differs(i + width))
      severity[i] = border && near[i]! < 0.5 ? 1 : 0
    }
  return severity
}

/** The largest value in the square of `radius` pixels around each pixel. */
function largestNear({ data, width, height }: ProbabilityMap, radius: number): Float32Array {
  const reach = Math.floor(radius)
  const rows = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let top = 0
      for (let k = Math.max(0, x - reach); k <= Math.min(width - 1, x + reach); k++)
        top = Math.max(top, data[y * width + k]!)
      rows[y * width + x] = top
    }
  const result = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach); k++)
      for (let x = 0; x < width; x++)
        result[y * width + x] = Math.max(result[y * width + x]!, rows[k * width + x]!)
  return result
}

export interface Region {
  /** Its first pixel in reading order, as an index of the map. */
  readonly first: number
  readonly bbox: readonly [x: number, y: number, width: number, height: number]
  /** Pixels. */
  readonly area: number
  /** Severity summed over the region, as a part of the image. */
  readonly score: number
}

/** What makes pixels of disagreement one region. */
export interface RegionRule {
  /** Smallest region in pixels. */
  readonly minimum: number
  /** Lines are connected through corners, areas are not. */
  readonly lines: boolean
  /** Pixels of different groups belong to different regions. */
  readonly groups: ArrayLike<number> | null
}

/** Connected regions of disagreement, the largest score first. */
export function regionsOf(
  severity: Severity,
  width: number,
  { minimum, lines, groups }: RegionRule,
): Region[] {
  const height = severity.length / width
  const seen = new Uint8Array(severity.length)
  const regions: Region[] = []
  for (let start = 0; start < severity.length; start++) {
    if (seen[start] || !(severity[start]! > 0)) continue
    const stack = [start]
    seen[start] = 1
    let [left, top, right, bottom, area, sum] = [width, height, 0, 0, 0, 0]
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const [x, y] = [i % width, Math.floor(i / width)]
      area++
      sum += severity[i]!
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      const visit = (next: number): void => {
        if (seen[next] || !(severity[next]! > 0) || (groups && groups[next] !== groups[start])) return
        seen[next] = 1
        stack.push(next)
      }
      for (let dy = y > 0 ? -1 : 0; dy <= (y + 1 < height ? 1 : 0); dy++)
        for (let dx = x > 0 ? -1 : 0; dx <= (x + 1 < width ? 1 : 0); dx++)
          if (lines || dx === 0 || dy === 0) visit(i + dy * width + dx)
    }
    if (area >= minimum)
      regions.push({
        first: start,
        bbox: [left, top, right - left + 1, bottom - top + 1],
        area,
        score: sum / severity.length,
      })
  }
  return regions.sort((a, b) => b.score - a.score)
}
