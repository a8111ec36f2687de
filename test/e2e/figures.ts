import type { Locator, Page } from 'playwright-core'
import { python } from '../support/python'

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
        'sums': {name: float(np.nansum(npz[name])) for name in told['arrays']},
        'csvOff': off,
        'pngSize': list(png.size) == [round(3 * side) for side in wide],
        'colours': len(set(png.convert('RGB').resize((120, 120)).getdata())),
        'pictures': len(svg.findall('.//s:image', ns)), 'bands': len(svg.findall('.//s:path', ns)),
        'proofs': [[p['model']['hash'] != '', p['of'], p['weighting'], p['head'], len(p['interventions'])] for p in proofs],
    }
print(json.dumps(found))`

/** What the four files of a figure hold. */
export interface Found {
  readonly arrays: readonly string[]
  readonly sums: Readonly<Record<string, number>>
  readonly csvOff: number
  readonly pngSize: boolean
  readonly colours: number
  readonly pictures: number
  readonly bands: number
  readonly proofs: readonly unknown[]
}

/** Saves a view in every format; returns `stem`, the files' path without its ending. */
export async function saveFigure(page: Page, view: Locator, stem: string): Promise<string> {
  for (const format of ['SVG', 'PNG', 'CSV', 'npz']) {
    await view.getByRole('button', { name: 'Save as a figure' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('group', { name: 'Formats' }).getByRole('button', { name: format }).click()
    await (await saved).saveAs(`${stem}.${format.toLowerCase()}`)
  }
  return stem
}

/** What readers of their own find in the files of figures, by the last part of their paths. Needs NumPy and Pillow. */
export function readFigures(stems: readonly string[]): Readonly<Record<string, Found>> {
  return JSON.parse(python(READ, ...stems)) as Record<string, Found>
}
