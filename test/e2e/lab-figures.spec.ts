import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator } from 'playwright-core'
import { makeDataset } from '../support/make-dataset'
import { python, pythonHas } from '../support/python'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

/** Opens the four files of every figure by readers of their own; prints what they hold. */
const READ = `
import csv, json, sys, xml.etree.ElementTree as ET
import numpy as np
from PIL import Image
found = {}
for stem in sys.argv[1:]:
    svg = ET.parse(stem + '.svg').getroot()
    ns = {'s': 'http://www.w3.org/2000/svg'}
    said = json.loads(svg.find('.//s:metadata', ns).text)
    png = Image.open(stem + '.png'); png.load()
    npz = np.load(stem + '.npz')
    told = json.loads(str(npz['provenance']))
    lines = open(stem + '.csv', newline='').read().splitlines()
    noted = dict(line[2:].split(': ', 1) for line in lines if line.startswith('#'))
    rows = list(csv.DictReader(line for line in lines if not line.startswith('#')))
    off = 0.0
    for name, about in told['arrays'].items():
        array = npz[name]
        assert list(array.shape) == [len(a['labels']) for a in about['axes']], name
        values = np.array([float(row['value']) for row in rows if row['array'] == name])
        off = max(off, float(np.abs(values - array.ravel()).max()))
    proofs = [said, json.loads(png.text['provenance']), told, {k: json.loads(v) for k, v in noted.items()}]
    wide = [float(svg.get('width')), float(svg.get('height'))]
    found[stem.split('/')[-1]] = {
        'arrays': sorted(told['arrays']),
        'sums': {name: float(npz[name].sum()) for name in told['arrays']},
        'csvOff': off,
        'pngSize': list(png.size) == [round(3 * side) for side in wide],
        'colours': len(set(png.convert('RGB').resize((120, 120)).getdata())),
        'pictures': len(svg.findall('.//s:image', ns)), 'bands': len(svg.findall('.//s:path', ns)),
        'proofs': [[p['model']['hash'] != '', p['of'], p['weighting'], p['head'], len(p['interventions'])] for p in proofs],
    }
print(json.dumps(found))`

interface Found {
  readonly arrays: readonly string[]
  readonly sums: Readonly<Record<string, number>>
  readonly csvOff: number
  readonly pngSize: boolean
  readonly colours: number
  readonly pictures: number
  readonly bands: number
  readonly proofs: readonly unknown[]
}

describe.skipIf(!pythonHas('numpy', 'PIL'))('figures of where from and where to', () => {
  const folder = temporaryFolder()
  let studio: Studio

  beforeAll(async () => {
    const source = join(folder.path, 'rooms')
    await makeDataset(source, { splits: { val: ['0001'] }, width: 96, height: 72 })
    studio = await openStudio({
      folder: source,
      model: join(root, 'test/fixtures/tiny-bundle'),
      home: folder.path,
    })
    const { page } = studio
    await page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    await page.getByRole('radio', { name: 'Attention' }).click()
    await page.getByRole('button', { name: 'Predict this photo' }).click()
    await page.getByRole('group', { name: /^Flow of the traced pixel/ }).waitFor({ timeout: 60_000 })
    mkdirSync(join(folder.path, 'figures'))
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  /** Saves a view in every format; returns the files' path without its ending. */
  async function save(view: Locator, name: string): Promise<string> {
    const { page } = studio
    const stem = join(folder.path, 'figures', name)
    for (const format of ['SVG', 'PNG', 'CSV', 'npz']) {
      await view.getByRole('button', { name: 'Save as a figure' }).click()
      const saved = page.waitForEvent('download')
      await page.getByRole('group', { name: 'Formats' }).getByRole('button', { name: format }).click()
      await (await saved).saveAs(`${stem}.${format.toLowerCase()}`)
    }
    return stem
  }

  it('are what NumPy, Pillow, XML and CSV readers find in every file', async () => {
    const { page } = studio
    const dock = page.getByRole('region', { name: 'Attention' })
    const side = page.getByRole('region', { name: 'Where from' })
    const stems = [await save(side, 'trace'), await save(dock, 'flow')]
    await page.getByRole('tab', { name: 'Queries' }).click()
    await page.getByRole('button', { name: /^Query 2,/ }).click()
    await page.getByRole('group', { name: 'Exchange with other queries' }).waitFor()
    stems.push(await save(dock, 'gallery'), await save(page.getByRole('region', { name: /^Query/ }), 'query'))

    const found = JSON.parse(python(READ, ...stems)) as Record<string, Found>
    for (const [name, figure] of Object.entries(found)) {
      expect([name, figure.csvOff < 1e-6, figure.pngSize]).toEqual([name, true, true])
      expect(figure.colours).toBeGreaterThan(20)
      expect(figure.proofs).toEqual(Array(4).fill([true, '0001', 'contribution', 'all heads', 0]))
    }
    const { trace, flow, gallery, query } = found
    // What came from queries and what the pixel kept of its own are all of it.
    for (const figure of [trace, flow])
      expect((figure?.sums.share ?? 0) + (figure?.sums.own_feature ?? 0)).toBeCloseTo(1, 4)
    const maps = Object.entries(trace?.sums ?? {}).filter(([name]) => name.startsWith('map_'))
    expect(maps.length).toBeGreaterThan(3)
    expect([trace?.pictures, (flow?.bands ?? 0) > 10]).toEqual([4, true])
    expect(gallery?.arrays).toEqual(expect.arrayContaining(['contribution', 'entropy']))
    expect([query?.pictures, query?.arrays]).toEqual([
      2,
      ['read', 'scale_step_read_by', 'scale_step_reads', 'task_step_read_by', 'task_step_reads', 'write'],
    ])
  })
})
