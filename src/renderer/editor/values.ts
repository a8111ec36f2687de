import { assertNever } from '../../shared/errors'
import { channelsOf, IGNORE_CLASS, type DenseMap, type MapKind } from '../../shared/maps'
import type { TaskView } from './types'

/** One pixel's value: one number, three for vectors. */
export type PixelValue = readonly number[]

export function valueAt(map: DenseMap, x: number, y: number): PixelValue {
  const channels = channelsOf(map.kind)
  const at = (y * map.width + x) * channels
  return Array.from(map.data.subarray(at, at + channels))
}

/** The value that says "nothing known here". */
export function unknownValue(kind: MapKind): PixelValue {
  switch (kind) {
    case 'class':
      return [IGNORE_CLASS]
    case 'scalar':
    case 'probability':
      return [0]
    case 'vector':
      return [0, 0, 0]
    default:
      return assertNever(kind)
  }
}

/** What the brush paints before anything was picked: the first class, 1 m, a surface facing the camera, a boundary. */
export function firstValue(kind: MapKind): PixelValue {
  switch (kind) {
    case 'class':
      return [0]
    case 'scalar':
    case 'probability':
      return [1]
    case 'vector':
      return [0, 0, 1]
    default:
      return assertNever(kind)
  }
}

export function sameValue(a: PixelValue, b: PixelValue): boolean {
  return a.length === b.length && a.every((part, at) => Object.is(part, b[at]))
}

/** A value in a sentence: a class speaks for itself, a number does not say what it measures. */
export function describeValue(task: TaskView, value: PixelValue): string {
  const text = formatValue(task, value)
  return task.kind === 'class' ? text : `${task.label.toLowerCase()} ${text}`
}

/** A value as a user reads it. The angle of a normal is the one to the camera's axis, 0 = facing it. */
export function formatValue(task: TaskView, value: PixelValue): string {
  const [first = 0, second = 0, third = 0] = value
  switch (task.kind) {
    case 'class':
      return first === IGNORE_CLASS ? 'ignore' : (task.classes?.[first] ?? `class ${first}`)
    case 'scalar':
      return first > 0 ? `${first.toFixed(2)} ${task.unit ?? ''}`.trimEnd() : 'invalid'
    case 'vector': {
      if (first === 0 && second === 0 && third === 0) return 'invalid'
      const angle = (Math.acos(Math.min(1, Math.abs(third))) * 180) / Math.PI
      return `${signed(first)} ${signed(second)} ${signed(third)}  ${angle.toFixed(0)}°`
    }
    case 'probability':
      return Number.isNaN(first) ? 'ignore' : first.toFixed(2)
    default:
      return assertNever(task.kind)
  }
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
