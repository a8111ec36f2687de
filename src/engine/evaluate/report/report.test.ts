import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../../../test/support/make-dataset'
import { temporaryFolder } from '../../../../test/support/temporary'
import { openDataset } from '../../dataset/readers'
import { gainOver, readBaseline } from '../baseline'
import { evaluate } from '../evaluate'
import type { Evaluation } from '../evaluation'
import { localMeasurer } from '../measurer'
import { csvFiles } from './csv'
import { html } from '../../../shared/markup'
import { reportPage } from './page'
import { writeReport } from './write-report'

async function evaluated(): Promise<{
  dataset: Awaited<ReturnType<typeof openDataset>>
  found: Evaluation
  folder: string
}> {
  const folder = await temporaryFolder()
  const size = { width: 40, height: 32 }
  const dataset = await openDataset(await makeDataset(join(folder, 'labels'), size))
  const root = await makeDataset(join(folder, 'predicted'), { ...size, splits: { all: ['a', 'b', 'c'] } })
  const spec = { kind: 'folder', root } as const
  const found = await evaluate({
    dataset,
    spec,
    predictions: root,
    tasks: ['semseg', 'depth', 'normals', 'edge'],
    split: null,
    cacheDir: join(folder, 'cache'),
    measurer: localMeasurer(dataset, spec),
  })
  return { dataset, found, folder }
}

describe('the report', () => {
  it('is one page without scripts and CSV files with the same figures', async () => {
    const { dataset, found, folder } = await evaluated()
    const path = await writeReport(dataset, found, join(folder, 'report'))
    const page = await readFile(path, 'utf8')
    expect(page).not.toMatch(/<script|<link|https?:\/\/(?!www\.w3)/)
    expect(page.match(/src="data:image\/webp/g)?.length).toBe(12)
    expect(page).toContain('Worst images by rmse')
    expect(page).toContain('MQTransformer README')
    expect((await readdir(join(folder, 'report'))).sort()).toEqual([
      'classes.csv',
      'curves.csv',
      'evaluation.json',
      'images.csv',
      'metrics.csv',
      'report.html',
    ])
    const metrics = await readFile(join(folder, 'report', 'metrics.csv'), 'utf8')
    expect(metrics).toContain(`depth,strict,rmse,${found.metrics.depth?.strict.rmse}\r\n`)
    await expect(writeReport(dataset, found, join(folder, 'report'))).resolves.toBe(path)
  })

  it('goes neither into the data set nor over other files', async () => {
    const { dataset, found, folder } = await evaluated()
    await expect(writeReport(dataset, found, join(dataset.root, 'report'))).rejects.toMatchObject({
      code: 'export_refused',
    })
    await mkdir(join(folder, 'mine'))
    await writeFile(join(folder, 'mine', 'notes.txt'), '')
    await expect(writeReport(dataset, found, join(folder, 'mine'))).rejects.toThrow('holds no report')
  })

  it('shows names as text, whatever they hold', async () => {
    const { found } = await evaluated()
    const name = `</text><script>alert("1")</script>'&\u0007`
    const classes = found.perClass.semseg!.map((one) => ({ ...one, name }))
    const hostile: Evaluation = { ...found, dataset: name, predictions: name, perClass: { semseg: classes } }
    const page = reportPage(hostile, { semseg: [{ id: name, value: 1, picture: null }] })
    expect(page).not.toContain('<script>')
    expect(page).not.toContain('\u0007')
    expect(page).toContain('&lt;/text&gt;&lt;script&gt;')
    expect(html`<i title="${'"><b>'}"></i>`.text).toBe('<i title="&quot;&gt;&lt;b&gt;"></i>')
  })

  it('quotes CSV cells and defuses formulas', async () => {
    const { found } = await evaluated()
    const classes = found.perClass
      .semseg!.slice(0, 2)
      .map((one, i) => ({ ...one, name: ['a,"b"\n', '=1+1'][i]! }))
    const { 'classes.csv': text } = csvFiles({ ...found, perClass: { semseg: classes } })
    expect(text).toContain('semseg,0,"a,""b""\n",')
    expect(text).toContain("semseg,1,'=1+1,")
  })
})

describe('the baseline', () => {
  it('is the JSON of an earlier evaluate and gives delta_m', async () => {
    const { found, folder } = await evaluated()
    const path = join(folder, 'baseline.json')
    const half = { paper: { rmse: found.metrics.depth!.paper.rmse! / 2 } }
    await writeFile(path, JSON.stringify({ metrics: { ...found.metrics, depth: half } }))
    expect(gainOver(await readBaseline(path), found)).toBeCloseTo(-25, 9)
    await writeFile(path, '{"metrics": 3}')
    await expect(readBaseline(path)).rejects.toMatchObject({ code: 'file_malformed' })
  })
})
