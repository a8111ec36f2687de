import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../engine/codecs/npy'
import { pythonFile, pythonHas } from '../../../test/support/python'
import { randomPair, type Pair } from '../../../test/support/random-maps'
import { createMap, type DenseMap } from '../maps'
import { TASK_IDS, TASKS, type TaskId } from '../tasks'
import { METRICS } from './index'
import { anglesInBins, MedianAngle } from './median'
import type { MetricContext, Tally, TaskFigures } from './metric'
import { anglesOf } from './normals'
import { addTallies } from './tally'

const ORACLE = fileURLToPath(new URL('../../../test/support/metrics_oracle.py', import.meta.url))
const CONTEXT: MetricContext = { classes: 7, zeroNormals: 'direction', boundaryTolerance: 0.011 }

/** Two or three images of different sizes by task; the last one's label has no human part. */
const PAIRS = Object.fromEntries(
  TASK_IDS.map((task): [TaskId, Pair[]] => {
    const { kind } = TASKS[task]
    const pairs = [randomPair(kind, 96, 70, 1), randomPair(kind, 61, 83, 2)]
    if (task !== 'human_parts') return [task, pairs]
    const empty = randomPair(kind, 30, 20, 3)
    return [
      task,
      [...pairs, { ...empty, label: { ...empty.label, data: empty.label.data.fill(0) } as DenseMap }],
    ]
  }),
) as Record<TaskId, Pair[]>

const tallyOf = (task: TaskId): Tally =>
  PAIRS[task]
    .map(({ label, prediction }) => METRICS[task].measure(label, prediction, CONTEXT))
    .reduce(addTallies)

function npyOf({ kind, width, height, data }: DenseMap): Uint8Array {
  const shape = kind === 'vector' ? [height, width, 3] : [height, width]
  return data instanceof Uint8Array
    ? encodeNpy({ dtype: 'u1', shape, data })
    : encodeNpy({ dtype: 'f4', shape, data })
}

type OracleTask = Record<'paper' | 'strict', Record<string, number>> & {
  counts: number[][] & { matched: number[]; predicted: number[]; label: number }
}

/** Two of a kind within 1e-6, the tolerance of means; the oracle decides which figures there are. */
function expectFigures(found: TaskFigures, expected: OracleTask): void {
  for (const mode of ['paper', 'strict'] as const)
    for (const [name, value] of Object.entries(expected[mode]).filter(([figure]) => figure !== 'median')) {
      expect(found[mode][name], `${mode} ${name}`).not.toBeNull()
      expect(Math.abs(found[mode][name]! - value), `${mode} ${name}`).toBeLessThan(1e-6)
    }
}

describe.skipIf(!pythonHas('numpy', 'scipy', 'skimage'))('against NumPy, SciPy and scikit-image', () => {
  let oracle: Record<TaskId, OracleTask>
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mq-studio-test-'))
    for (const task of TASK_IDS)
      for (const [index, { label, prediction }] of PAIRS[task].entries()) {
        await writeFile(join(folder, `${task}-${index}-label.npy`), npyOf(label))
        await writeFile(join(folder, `${task}-${index}-prediction.npy`), npyOf(prediction))
      }
    oracle = JSON.parse(
      pythonFile(ORACLE, folder, TASK_IDS.join(','), String(CONTEXT.boundaryTolerance), '7'),
    ) as Record<TaskId, OracleTask>
    await rm(folder, { recursive: true })
  }, 60_000)

  it.each(TASK_IDS)('gives the figures of %s', (task) => {
    expectFigures(METRICS[task].figures(tallyOf(task), CONTEXT), oracle[task])
  })

  it('counts the pixels of every class exactly', () => {
    const { common, label, predicted } = tallyOf('semseg')
    expect([common, label, predicted]).toEqual(oracle.semseg.counts)
  })

  it('counts boundary pixels and their pairs exactly at every threshold', () => {
    const { matched, predicted, label } = tallyOf('edge')
    const { counts } = oracle.edge
    expect({ matched, predicted, label: label?.[0] }).toEqual(counts)
    expect(new Set(matched).size).toBeGreaterThan(20)
  })

  it.each(['paper', 'strict'] as const)('gives the median angle of %s mode', (mode) => {
    const median = new MedianAngle(tallyOf('normals'), mode, CONTEXT)
    for (const { label, prediction } of PAIRS.normals)
      median.add(anglesInBins(anglesOf(label, prediction), median.bins))
    expect(Math.abs(median.value()! - oracle.normals[mode].median!)).toBeLessThan(1e-6)
  })
})

describe('metrics', () => {
  it.each(TASK_IDS)('add the images of %s in any order', (task) => {
    const [first, second] = PAIRS[task].map(({ label, prediction }) =>
      METRICS[task].measure(label, prediction, CONTEXT),
    )
    const figures = METRICS[task].figures(addTallies(first!, second!), CONTEXT)
    expect(METRICS[task].figures(addTallies(second!, first!), CONTEXT)).toEqual(figures)
    expect(figures.strict[METRICS[task].headline.figure]).not.toBeNull()
  })

  it.each(TASK_IDS)('of %s refuse maps of another size or kind', (task) => {
    const { label } = PAIRS[task][0]!
    const smaller = randomPair(TASKS[task].kind, 20, 20, 1).label
    expect(() => METRICS[task].measure(label, smaller, CONTEXT)).toThrow('the prediction 20x20')
    const other = createMap(TASKS[task].kind === 'class' ? 'scalar' : 'class', label.width, label.height)
    expect(() => METRICS[task].measure(label, other, CONTEXT)).toThrow('map is needed')
  })

  it.each(TASK_IDS)('of %s are perfect for a perfect prediction', (task) => {
    const { label } = PAIRS[task][0]!
    const { strict } = METRICS[task].figures(METRICS[task].measure(label, label, CONTEXT), CONTEXT)
    const expected = { semseg: 100, human_parts: 100, sal: 100, edge: 100, depth: 0, normals: 0 }[task]
    const tolerance = task === 'edge' ? 15 : 1e-9
    expect(Math.abs(strict[METRICS[task].headline.figure]! - expected)).toBeLessThan(tolerance)
  })

  it.each(['semseg', 'depth', 'normals', 'human_parts'] as const)(
    'of %s are null without a valid pixel',
    (task) => {
      const { kind } = TASKS[task]
      const void_ = createMap(kind, 9, 7)
      if (kind === 'class') void_.data.fill(255)
      const { strict } = METRICS[task].figures(METRICS[task].measure(void_, void_, CONTEXT), CONTEXT)
      expect(strict[METRICS[task].headline.figure]).toBeNull()
    },
  )

  it('scores an invalid depth as 255 m in paper mode only', () => {
    const label = createMap('scalar', 2, 1)
    const prediction = createMap('scalar', 2, 1)
    label.data.set([2, 0])
    prediction.data.set([3, 5])
    const { paper, strict } = METRICS.depth.figures(
      METRICS.depth.measure(label, prediction, CONTEXT),
      CONTEXT,
    )
    expect(paper.rmse).toBeCloseTo(Math.sqrt((1 + 250 ** 2) / 2), 10)
    expect(strict).toMatchObject({ rmse: 1, absRel: 0.5, delta1: 0, delta2: 100, validPixels: 1 })
  })

  it('takes a zero normal for a direction in paper mode where the file cannot hold a zero', () => {
    const { label, prediction } = PAIRS.normals[0]!
    const tally = METRICS.normals.measure(label, prediction, CONTEXT)
    const npy: MetricContext = { ...CONTEXT, zeroNormals: 'ignored' }
    const mean = (context: MetricContext, mode: 'paper' | 'strict'): number =>
      METRICS.normals.figures(tally, context)[mode].mean!
    expect(mean(npy, 'paper')).toBe(mean(npy, 'strict'))
    expect(mean(CONTEXT, 'strict')).toBe(mean(npy, 'strict'))
    expect(mean(CONTEXT, 'paper')).toBeGreaterThan(mean(npy, 'paper'))
  })
})
