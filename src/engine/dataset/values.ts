import type { DenseMap } from '../../shared/maps'
import { IGNORE_CLASS } from '../../shared/maps'

/** Depth beyond this is taken for another unit. */
const MAX_METRES = 100
/** Rounding to bytes changes a unit vector's length by at most sqrt(3) / 255 = 0.007. */
const LENGTH_TOLERANCE = 0.02

/** What the values of a task's labels are, over every file read. */
export interface TaskValues {
  pixels: number
  /** Void, invalid depth, invalid normals. */
  invalid: number
  /** Smallest and largest valid value; null before there is one. For normals of the components. */
  min: number | null
  max: number | null
  /** Pixels by class index; null for maps without classes. */
  classPixels: number[] | null
}

export function newValues(classes: readonly string[] | null): TaskValues {
  return { pixels: 0, invalid: 0, min: null, max: null, classPixels: classes && classes.map(() => 0) }
}

/** Counts a map in and says in words what is wrong with its values; null when nothing is. */
export function addValues(values: TaskValues, map: DenseMap): string | null {
  values.pixels += map.width * map.height
  switch (map.kind) {
    case 'class':
      for (const index of map.data) {
        if (index === IGNORE_CLASS) values.invalid++
        else if (values.classPixels) values.classPixels[index] = (values.classPixels[index] ?? 0) + 1
      }
      return null
    case 'scalar':
      return addDepth(values, map.data)
    case 'vector':
      return addNormals(values, map.data)
    case 'probability':
      for (const value of map.data) extend(values, value)
      return null
  }
}

function addDepth(values: TaskValues, data: Float32Array): string | null {
  let wrong = 0
  let worst = 0
  for (const value of data) {
    if (value === 0) {
      values.invalid++
      continue
    }
    extend(values, value)
    if (value >= 0 && value <= MAX_METRES) continue
    wrong++
    if (Math.abs(value) > Math.abs(worst)) worst = value
  }
  if (wrong === 0) return null
  return `${wrong} pixels are outside 0 to ${MAX_METRES} m, e.g. ${Number(worst.toPrecision(6))} m; depth is metres`
}

function addNormals(values: TaskValues, data: Float32Array): string | null {
  let wrong = 0
  let worst = 1
  for (let i = 0; i < data.length; i += 3) {
    const length = Math.hypot(data[i]!, data[i + 1]!, data[i + 2]!)
    if (length === 0) {
      values.invalid++
      continue
    }
    for (let c = i; c < i + 3; c++) extend(values, data[c]!)
    if (Math.abs(length - 1) <= LENGTH_TOLERANCE) continue
    wrong++
    if (Math.abs(length - 1) > Math.abs(worst - 1)) worst = length
  }
  if (wrong === 0) return null
  return `${wrong} vectors are not of unit length, e.g. one of length ${worst.toFixed(3)}`
}

function extend(values: TaskValues, value: number): void {
  if (values.min === null || value < values.min) values.min = value
  if (values.max === null || value > values.max) values.max = value
}
