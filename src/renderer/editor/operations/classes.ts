import { removeIslands } from '../../../shared/classes/islands'
import { closeGaps, growClass, shrinkClass } from '../../../shared/classes/shape'
import type { ClassMap, DenseMap } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import type { GestureContext } from '../gesture-context'
import { formatValue } from '../values'
import { defineOperation } from './operation'

const RADIUS = { kind: 'number', label: 'By', initial: 2, min: 1, max: 50, step: 1, unit: 'px' } as const

export const islands = defineOperation({
  id: 'islands',
  label: 'Remove islands',
  hint: 'Gives small regions of one class the class most of their rim has.',
  group: 'Classes',
  kinds: ['class'],
  params: {
    area: { kind: 'number', label: 'Smaller than', initial: 64, min: 2, max: 5000, step: 1, unit: 'px' },
    corners: { kind: 'switch', label: 'Joined by corners', initial: false },
  },
  run: (context) => {
    const { area, corners } = context.values
    let filled = 0
    onClasses(context, (map, mask) => {
      filled = removeIslands(map, mask, { minArea: area, connectivity: corners ? 8 : 4 })
    })
    return filled === 1 ? '1 island removed' : `${filled} islands removed`
  },
})

export const gaps = defineOperation({
  id: 'gaps',
  label: 'Close gaps and holes',
  hint: 'Gives the painted class to narrow gaps in it and to small holes it encloses.',
  group: 'Classes',
  kinds: ['class'],
  params: {
    radius: { kind: 'number', label: 'Gaps up to', initial: 2, min: 0, max: 30, step: 1, unit: 'px' },
    hole: { kind: 'number', label: 'Holes up to', initial: 200, min: 0, max: 20000, step: 10, unit: 'px' },
  },
  run: (context) => {
    const value = valueOf(context)
    context.label(`Close gaps of ${formatValue(context.task, context.value)}`)
    const { radius, hole } = context.values
    onClasses(context, (map, mask) => closeGaps(map, mask, { value, radius, largestHole: hole }))
  },
})

export const grow = defineOperation({
  id: 'grow-class',
  label: 'Grow the class',
  hint: 'Gives the painted class to every pixel this near to it.',
  group: 'Classes',
  kinds: ['class'],
  params: { radius: RADIUS },
  run: (context) => {
    const value = valueOf(context)
    context.label(`Grow ${formatValue(context.task, context.value)}`)
    onClasses(context, (map, mask) => growClass(map, mask, value, context.values.radius))
  },
})

export const shrink = defineOperation({
  id: 'shrink-class',
  label: 'Shrink the class',
  hint: 'Gives the rim of the painted class to the nearest other class.',
  group: 'Classes',
  kinds: ['class'],
  params: { radius: RADIUS },
  run: (context) => {
    const value = valueOf(context)
    context.label(`Shrink ${formatValue(context.task, context.value)}`)
    onClasses(context, (map, mask) => shrinkClass(map, mask, value, context.values.radius))
  },
})

function valueOf(context: GestureContext<unknown>): number {
  return context.value[0] ?? 0
}

function onClasses(context: GestureContext<unknown>, kernel: (map: ClassMap, mask: Mask) => void): void {
  context.edit((map: DenseMap, mask) => {
    if (map.kind === 'class') kernel(map, mask)
  })
}
