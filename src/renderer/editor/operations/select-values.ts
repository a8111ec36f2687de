import { differenceAt } from '../../../shared/difference'
import { AppError } from '../../../shared/errors'
import { createMask, type Mask } from '../../../shared/mask'
import type { DenseMap } from '../../../shared/maps'
import { maskOfClasses, maskOfPeak, maskOfRange } from '../../../shared/selection/from-map'
import { formatValue } from '../values'
import { defineOperation } from './operation'
import { MODE_PARAM, SOURCE_PARAM } from './params'

export const selectClass = defineOperation({
  id: 'select-class',
  label: 'Select the class',
  hint: 'Selects every pixel of the class that is painted.',
  group: 'Selection',
  kinds: ['class'],
  edits: false,
  params: { source: SOURCE_PARAM, mode: MODE_PARAM },
  needs: ({ values }) => [{ source: values.source }],
  run: (context) => {
    const map = context.map(context.values.source)
    if (map?.kind !== 'class') return
    context.label(`Select ${formatValue(context.task, context.value)}`)
    context.select(maskOfClasses(map, new Set(context.value)), context.values.mode)
  },
})

export const selectRange = defineOperation({
  id: 'select-depth',
  label: 'Select a depth range',
  hint: 'Selects the pixels whose depth is known and lies in between.',
  group: 'Selection',
  kinds: ['scalar'],
  edits: false,
  params: {
    low: { kind: 'number', label: 'From', initial: 0, min: 0, max: 20, step: 0.05, digits: 2, unit: 'm' },
    high: { kind: 'number', label: 'To', initial: 2, min: 0, max: 20, step: 0.05, digits: 2, unit: 'm' },
    source: SOURCE_PARAM,
    mode: MODE_PARAM,
  },
  needs: ({ values }) => [{ source: values.source }],
  run: (context) => {
    const { low, high, mode, source } = context.values
    const map = context.map(source)
    if (map?.kind === 'scalar') context.select(maskOfRange(map, low, high), mode)
  },
})

export const selectProbable = defineOperation({
  id: 'select-probable',
  label: 'Select where it is likely',
  hint: 'Selects the pixels whose probability is at least this.',
  group: 'Selection',
  kinds: ['probability'],
  edits: false,
  params: {
    least: { kind: 'number', label: 'At least', initial: 0.5, min: 0, max: 1, step: 0.01, digits: 2 },
    source: { ...SOURCE_PARAM, initial: 'prediction' },
    mode: MODE_PARAM,
  },
  needs: ({ values }) => [{ source: values.source }],
  run: (context) => {
    const { least, mode, source } = context.values
    const map = context.map(source)
    if (map?.kind === 'probability') context.select(maskOfRange(map, least, 1), mode)
  },
})

export const selectAttention = defineOperation({
  id: 'select-attention',
  label: 'Select where attention lies',
  hint: 'Selects the pixels of the map that Attention shows: the sources of a pixel, or where a query reads or writes.',
  group: 'Selection',
  edits: false,
  params: {
    share: { kind: 'number', label: 'At least', initial: 50, min: 1, max: 100, step: 1, unit: '% of peak' },
    mode: MODE_PARAM,
  },
  run: (context) => {
    const plane = context.host.attention()
    if (!plane)
      throw new AppError('not_found', 'There is no map of attention; look at one under Attention first.')
    context.label('Select where attention lies')
    context.select(maskOfPeak(plane, context.size, context.values.share / 100), context.values.mode)
  },
})

/** Differences from which on a pixel counts, in the task's own unit; for classes any difference. */
export const selectDifference = defineOperation({
  id: 'select-difference',
  label: 'Select where the prediction differs',
  hint: 'Selects the pixels at which the prediction and the corrected label differ by more than the tolerance.',
  group: 'Selection',
  edits: false,
  params: {
    metres: {
      kind: 'number',
      label: 'Tolerance',
      initial: 0.2,
      min: 0,
      max: 5,
      step: 0.01,
      digits: 2,
      unit: 'm',
      when: (_values: unknown, { kind }: { kind: string }) => kind === 'scalar',
    },
    degrees: {
      kind: 'number',
      label: 'Tolerance',
      initial: 15,
      min: 0,
      max: 90,
      step: 1,
      unit: '°',
      when: (_values: unknown, { kind }: { kind: string }) => kind === 'vector',
    },
    share: {
      kind: 'number',
      label: 'Tolerance',
      initial: 0.5,
      min: 0,
      max: 1,
      step: 0.01,
      digits: 2,
      when: (_values: unknown, { kind }: { kind: string }) => kind === 'probability',
    },
    mode: MODE_PARAM,
  },
  needs: () => [{ source: 'corrected' }, { source: 'prediction' }],
  run: (context) => {
    const [corrected, prediction] = [context.map('corrected'), context.map('prediction')]
    if (!corrected || !prediction) return
    const { metres, degrees, share, mode } = context.values
    const tolerance = { class: 0, scalar: metres, vector: degrees, probability: share }[context.task.kind]
    context.select(differing(corrected, prediction, tolerance), mode)
  },
})

function differing(a: DenseMap, b: DenseMap, tolerance: number): Mask {
  const data = new Uint8Array(a.width * a.height)
  for (let y = 0, at = 0; y < a.height; y++)
    for (let x = 0; x < a.width; x++, at++)
      if (Math.abs(differenceAt(a, b, x, y) ?? 0) > tolerance) data[at] = 1
  return createMask(a, data)
}
