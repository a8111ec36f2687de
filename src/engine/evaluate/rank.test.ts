import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { createMap } from '../../shared/maps'
import { bordersWithoutBoundary, disagreement, regionsOf } from '../../shared/metrics/disagreement'
import { openDataset } from '../dataset/readers'
import { folderPredictions } from './folder-predictions'
import { rank } from './rank'

describe('disagreement', () => {
  it('finds connected regions with their box, area and score', () => {
    const label = createMap('class', 10, 8)
    const prediction = createMap('class', 10, 8)
    for (const i of [11, 12, 23]) prediction.data[i] = 4
    for (const i of [70, 79]) prediction.data[i] = 2
    label.data[79] = 255
    const severity = disagreement(label, prediction, 0)
    const rule = { minimum: 2, lines: true, groups: null }
    expect(regionsOf(severity, 10, rule)).toEqual([{ first: 11, bbox: [1, 1, 3, 2], area: 3, score: 3 / 80 }])
    expect(regionsOf(severity, 10, { ...rule, minimum: 1 })).toHaveLength(2)
    expect(regionsOf(severity, 10, { ...rule, lines: false })[0]).toMatchObject({
      bbox: [1, 1, 2, 1],
      area: 2,
    })
    const groups = Uint8Array.from(severity, (_, i) => (i < 12 ? 1 : 2))
    expect(regionsOf(severity, 10, { ...rule, groups })).toMatchObject([{ first: 12, area: 2 }])
  })

  it('leaves invalid depth and small errors out', () => {
    const label = createMap('scalar', 4, 1)
    const prediction = createMap('scalar', 4, 1)
    label.data.set([0, 2, 2, 2])
    prediction.data.set([5, 2.4, 3, 9])
    expect([...disagreement(label, prediction, 0)]).toEqual([0, 0, 0.5, 1])
  })

  it('allows boundaries to be displaced a little', () => {
    const label = createMap('probability', 9, 1)
    const prediction = createMap('probability', 9, 1)
    label.data[2] = 1
    prediction.data[4] = 1
    expect(disagreement(label, prediction, 2).every((value) => value === 0)).toBe(true)
    expect([...disagreement(label, prediction, 1)]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0])
  })

  it('finds where classes change without a labelled boundary', () => {
    const classes = createMap('class', 6, 1)
    classes.data.set([0, 0, 1, 1, 2, 2])
    const boundary = createMap('probability', 6, 1)
    boundary.data[1] = 1
    expect([...bordersWithoutBoundary(classes, boundary, 1)]).toEqual([0, 0, 0, 1, 0, 0])
  })
})

describe('rank', () => {
  it('puts the samples that disagree most first and names what it could not read', async () => {
    const folder = await temporaryFolder()
    const size = { width: 24, height: 20 }
    const root = await makeDataset(join(folder, 'labels'), size)
    // `a` is predicted as labelled, `b` as other noise, `c` not at all.
    const predicted = await makeDataset(join(folder, 'predicted'), {
      ...size,
      splits: { train: ['a'], other: ['b'] },
    })
    const dataset = await openDataset(root)
    const chosen = await folderPredictions(predicted, dataset)
    const ids = ['a', 'b', 'c']
    const { samples, skipped } = await rank({ dataset, ...chosen, ids })
    expect(samples.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(samples[0]!.score).toBeGreaterThan(samples[1]!.score)
    expect(samples[0]!.regions.some(({ reason }) => /^labelled .+, predicted /.test(reason))).toBe(true)
    expect(samples[1]!.regions.every(({ reason }) => reason.startsWith('the classes change'))).toBe(true)
    expect(new Set(skipped.map(({ sample }) => sample))).toEqual(new Set(['c']))
  })
})
