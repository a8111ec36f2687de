import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../../../test/support/make-dataset'
import { python, pythonHas } from '../../../../test/support/python'
import { temporaryFolder } from '../../../../test/support/temporary'
import { summariseInfluence } from '../../../shared/lab/influence'
import { linksOf, type LinkShape } from '../../../shared/lab/link'
import { createMap, type DenseMap } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import { decodePng } from '../../codecs/png'
import { openDataset } from '../../dataset/readers'
import type { InfluenceReport } from '../influence-report'
import { influenceCsv } from './influence-csv'
import { influencePage } from './influence-page'
import { short } from './svg'
import { writeInfluence } from './write-influence'

function report(shape: LinkShape, names = ['=one', 'two <b>']): InfluenceReport {
  const links = linksOf(shape)
  const perSample = [1, 2].map((factor) => ({
    sample: names[factor - 1]!,
    attention: links.map((_, at) => ((at * 7) % 11) / 20),
    effect: links.map((_, at) => (factor * ((at * 5) % 13)) / 100),
  }))
  return {
    ...summariseInfluence(shape, perSample),
    dataset: 'rooms & more',
    layout: 'nyudv2',
    split: 'val',
    model: '<script>',
    modelHash: '0123456789abcdef',
    mode: 'remove',
    labels: null,
    perSample,
    skipped: [{ sample: 'x', code: 'file_missing', message: 'x is <missing>' }],
    reused: 0,
    seconds: 1,
    version: '1.2.3',
  }
}
/** Predictions of 8x6 pixels of which a cut changes the first. */
const MODEL: Parameters<typeof writeInfluence>[1] = {
  palette: () => null,
  plain: async () => maps(0),
  changed: async () => maps(1),
}
function maps(first: number): ReadonlyMap<TaskId, DenseMap> {
  const [semseg, depth, edge] = [
    createMap('class', 8, 6),
    createMap('scalar', 8, 6),
    createMap('probability', 8, 6),
  ]
  semseg.data[0] = first
  depth.data[0] = 2 * first
  edge.data[0] = first / 2
  return new Map<TaskId, DenseMap>([
    ['semseg', semseg],
    ['depth', depth],
    ['edge', edge],
  ])
}
const TWO: LinkShape = { tasks: ['semseg', 'depth', 'edge'], scales: [{ stride: 4 }, { stride: 8 }] }

describe('the report of an influence', () => {
  it('is one page without scripts that names what was cut, where they disagree and what was skipped', () => {
    const page = influencePage(report(TWO))
    expect(page).not.toMatch(/<script|<b>|http-equiv="refresh"/)
    expect(page).toContain('x is &lt;missing&gt;')
    expect(page).toContain('what came through it is missing')
    expect(page).toContain('Boundaries → Depth at 1/8')
    expect(page).toContain('Between scales')
    expect(influencePage(report({ ...TWO, scales: [{ stride: 4 }] }))).not.toContain('Between scales')
  })

  it('has a CSV row per link, and one per link and image, with text that is no formula', () => {
    const found = report(TWO)
    const { 'links.csv': links = '', 'samples.csv': samples = '' } = influenceCsv(found)
    const rows = links
      .trim()
      .split('\r\n')
      .map((row) => row.split(','))
    expect(rows).toHaveLength(1 + 18 + 12)
    const column = (name: string): number => rows[0]!.indexOf(name)
    const row = rows.find((cells) => cells.slice(0, 5).join() === 'task,depth,edge,1,1')!
    expect(Number(row[column('effect_mean')])).toBe(found.effect[1]![2]![1])
    expect(row[column('effect_unit')]).toBe('m')
    expect(row[column('effect_rank')]).toMatch(/^[1-4](\.5)?$/)
    expect(
      rows.find((cells) => cells.slice(0, 5).join() === 'task,depth,depth,1,1')![column('effect_rank')],
    ).toBe('')
    expect(samples.split('\r\n')[1]).toMatch(/^'=one,task,semseg,semseg,0,0,0,,0$/)
  })

  it('is written with drawings that stand alone', async () => {
    const root = await makeDataset(join(await temporaryFolder(), 'data'))
    const out = join(root, '../out')
    const dataset = await openDataset(root)
    const found = report(TWO, ['a', 'b'])
    await writeInfluence(dataset, MODEL, found, out)
    const names = (await readdir(out)).sort()
    expect(names).toEqual([
      'examples.json',
      'examples.png',
      'influence.html',
      'influence.json',
      'links.csv',
      'samples.csv',
      'scales-scatter.svg',
      'scales.svg',
      'tasks-scatter.svg',
      'tasks.svg',
    ])
    const json: unknown = JSON.parse(await readFile(join(out, 'influence.json'), 'utf8'))
    expect(json).toMatchObject({ tasks: TWO.tasks, scales: TWO.scales, samples: 2 })
    // Effects of the second image are twice as large: every task's row is of it, four pictures of 8x6 with gaps of 6.
    const examples: unknown = JSON.parse(await readFile(join(out, 'examples.json'), 'utf8'))
    expect(examples).toMatchObject([
      { task: 'semseg', sample: 'b', range: 1 },
      { task: 'depth', sample: 'b', range: 2 },
      { task: 'edge', sample: 'b', range: 0.5 },
    ])
    const { width, height, data } = await decodePng(await readFile(join(out, 'examples.png')), 'examples.png')
    expect([width, height]).toEqual([4 * 8 + 3 * 6, 3 * 6 + 2 * 6])
    const pixel = (x: number, y: number): number[] => [
      ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
    ]
    // The first pixel of depth changed by the whole range, the second not at all.
    expect(pixel(3 * 14, 12)).not.toEqual([0, 0, 0])
    expect(pixel(3 * 14 + 1, 12)).toEqual([0, 0, 0])
    expect(pixel(3 * 14 - 1, 12)).toEqual([255, 255, 255])
    if (pythonHas('xml.etree.ElementTree'))
      for (const name of names.filter((one) => one.endsWith('.svg')))
        expect(
          python(
            'import sys, xml.etree.ElementTree as e; print(e.parse(sys.argv[1]).getroot().tag)',
            join(out, name),
          ),
        ).toBe('{http://www.w3.org/2000/svg}svg\n')
    // Our own folder is written again; any other is refused.
    await writeInfluence(dataset, MODEL, found, out)
    await expect(writeInfluence(dataset, MODEL, found, join(root, '..'))).rejects.toMatchObject({
      code: 'export_refused',
    })
  })

  it('shortens numbers', () => {
    expect([0, 1, 0.25, 0.0123, 0.00012, 0.00001, 12.34, 123.4, -0.5, null].map(short)).toEqual([
      '0',
      '1.0',
      '.25',
      '.012',
      '.0001',
      '<.0001',
      '12',
      '123',
      '-.50',
      '–',
    ])
  })
})
