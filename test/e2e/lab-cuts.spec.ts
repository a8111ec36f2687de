import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../support/python'
import { labWindow, predictInAttention, type LabWindow } from './lab-window'

/** The picture of a task's pane, to be compared bit for bit. */
async function picture({ page }: LabWindow, task: string): Promise<string> {
  const pane = page.locator(`[data-testid="pane"][data-task="${task}"]`)
  await page.waitForTimeout(500)
  return pane
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
}

describe('a cut between two tasks', () => {
  const lab = labWindow(async (page) => {
    await predictInAttention(page)
    await page.getByRole('tab', { name: 'Matrices' }).click()
    await page.getByRole('gridcell').first().waitFor({ timeout: 60_000 })
  })

  it('changes the prediction and its figures, and is gone bit for bit when it is undone', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Prediction' }).click()
    const before = await picture(lab, 'depth')
    const untouched = await picture(lab, 'semseg')
    const cell = page.getByRole('gridcell', { name: /depth reads .* from semantic segmentation/ }).first()
    await cell.click()
    await page.getByTestId('cuts').getByText('1 intervention').waitFor()
    await page.getByRole('gridcell', { name: /depth reads .* from semantic segmentation, cut/ }).waitFor()
    await page.getByRole('tab', { name: 'Interventions' }).click()
    await page.getByText('The others stay bit for bit').waitFor({ timeout: 60_000 })
    // The figures follow the maps.
    const rows = page.getByRole('region', { name: 'What the interventions change' }).getByRole('row')
    await rows.filter({ hasText: /Depth[\s\S]*(better|worse)/ }).waitFor({ timeout: 60_000 })
    expect(await picture(lab, 'depth')).not.toBe(before)
    expect(await picture(lab, 'semseg')).toBe(untouched)
    await page.getByRole('radio', { name: 'Change' }).click()
    await page.locator('[data-task="depth"] [data-testid="caption"]', { hasText: 'nearer' }).waitFor()
    await page.getByRole('radio', { name: 'Prediction' }).click()
    await page.keyboard.press('Control+z')
    await page.getByTestId('cuts').waitFor({ state: 'detached' })
    expect(await picture(lab, 'depth')).toBe(before)
  })

  it.skipIf(!pythonHas('numpy'))('is in the matrices that NumPy reads from a saved figure', async () => {
    const { page } = lab
    await page.getByRole('tab', { name: 'Matrices' }).click()
    await page
      .getByRole('gridcell', { name: /depth reads .* from semantic segmentation/ })
      .first()
      .click()
    await page.getByRole('gridcell', { name: /depth reads 0.0 % from semantic segmentation, cut/ }).waitFor()
    await page.getByRole('button', { name: 'Save as a figure' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: /npz/ }).click()
    const path = join(lab.folder, 'figure.npz')
    await (await saved).saveAs(path)
    const script = `
import json, sys
import numpy as np
f = np.load(sys.argv[1])
p = json.loads(str(f['provenance']))
axes = [a['name'] for a in p['arrays']['attention']['axes']]
a = f['attention'] + 0
total = a.sum(-1) + (f['attention_kept'] if 'attention_kept' in f.files else 0)
print(json.dumps([axes, a[0].tolist(), float(abs(total - 1).max()), p['interventions'][0]['kind'], p['model']['hash'] != '']))`
    const [axes, first, off, kind, hashed] = JSON.parse(python(script, path)) as [
      string[],
      number[][],
      number,
      string,
      boolean,
    ]
    expect(axes).toEqual(['scale', 'target', 'source'])
    expect(first[1]?.[0]).toBe(0)
    expect(off).toBeLessThan(1e-4)
    expect([kind, hashed]).toEqual(['taskLink', true])
  })
})
