import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pythonHas } from '../support/python'
import { readFigures, saveFigure } from './figures'
import { labWindow, predictInAttention } from './lab-window'

describe.skipIf(!pythonHas('numpy', 'PIL'))('averages and effects', () => {
  const stems: string[] = []
  const lab = labWindow(
    async (page) => {
      mkdirSync(join(lab.folder, 'figures'))
      await page.keyboard.press('Control+a')
      await predictInAttention(page)
      await page.getByRole('tab', { name: 'Matrices' }).click()
      await page.getByRole('gridcell').first().waitFor({ timeout: 60_000 })
    },
    ['0001', '0002'],
  )
  async function keep(name: string): Promise<void> {
    const { page } = lab
    const menu = page
      .getByRole('tabpanel')
      .filter({ has: page.getByRole('button', { name: 'Save as a figure' }) })
    stems.push(await saveFigure(page, menu, join(lab.folder, 'figures', name)))
  }

  it('averages blocks and the queries inside a link over the split, and shows them again', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Split' }).click()
    await page.getByRole('button', { name: 'Average over val' }).click()
    await page.getByRole('button', { name: 'Average again' }).waitFor({ timeout: 60_000 })
    await page.getByRole('gridcell').first().waitFor()
    await keep('average')
    await page.getByRole('radio', { name: 'Queries' }).click()
    await page
      .getByRole('gridcell', { name: /depth reads .* from semantic segmentation/ })
      .first()
      .click()
    const link = page.getByRole('complementary', { name: 'Queries of the chosen link' })
    await link.getByRole('button', { name: 'Average over val' }).click()
    await link.getByRole('application').waitFor({ timeout: 60_000 })
    stems.push(await saveFigure(page, link, join(lab.folder, 'figures', 'queries')))
    await page.getByRole('tab', { name: 'Influence' }).click()
    await page.getByRole('tab', { name: 'Matrices' }).click()
    await link.getByRole('application').waitFor()
  })

  it('measures every link on the image, in the selection and over the split', async () => {
    const { page } = lab
    await page.getByRole('tab', { name: 'Influence' }).click()
    for (const scope of ['Image', 'Selection', 'Split']) {
      await page.getByRole('radio', { name: scope }).click()
      await page.getByRole('button', { name: 'Cut every link' }).click()
      await page.getByRole('button', { name: 'Measure again' }).waitFor({ timeout: 90_000 })
      const all = page.getByRole('list', { name: /rank correlation/ }).getByText(/^ρ [+−]\d\.\d\d$/)
      expect(await all.count()).toBe(5)
      await keep(`influence-${scope.toLowerCase()}`)
    }
    await page.getByRole('radio', { name: 'Matrices' }).click()
    await page
      .getByRole('gridcell', { name: /cutting .* changes/ })
      .first()
      .waitFor()
    await keep('effects')
  })

  it('ranks what the selection depends on', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Ranking' }).click()
    await page.getByRole('button', { name: /^Rank for .* in the selection/ }).click()
    await page
      .getByText(/0001, selection, cuts renormalised; what changes when each is cut alone$/)
      .waitFor({ timeout: 90_000 })
    for (const list of ['Tasks', 'Scales', 'Queries'])
      expect(
        await page.getByRole('region', { name: list, exact: true }).getByRole('listitem').count(),
      ).toBeGreaterThan(1)
    await keep('ranking')
  })

  it('saves all of it for other readers, each file saying what it was made with', () => {
    const found = readFigures(stems)
    const made = Object.fromEntries(Object.entries(found).map(([name, { proofs }]) => [name, proofs[0]]))
    const split = '2 images of val'
    expect(made).toEqual({
      average: [true, split, 'contribution', 'all heads', 0],
      queries: [true, split, 'contribution', 'all heads', 0],
      'influence-image': [true, '0001', 'contribution', 'all heads', 0],
      'influence-selection': [true, '0001', 'contribution', 'all heads', 0],
      'influence-split': [true, split, 'raw', 'all heads', 0],
      effects: [true, split, 'raw', 'all heads', 0],
      ranking: [true, '0001', 'contribution', 'all heads', 0],
    })
    for (const [name, figure] of Object.entries(found)) {
      expect([name, figure.csvOff < 1e-9, figure.pngSize]).toEqual([name, true, true])
      expect(figure.proofs).toEqual(Array(4).fill(figure.proofs[0]))
    }
    // Rows of a mean of rows that sum to one: (scales x tasks) of them.
    const { attention = 0, attention_kept: kept = 0 } = found.average?.sums ?? {}
    expect(attention + kept).toBeCloseTo(16, 3)
    // The selection is the whole photo, so its effects are the image's.
    expect(found['influence-selection']?.sums.effect).toBeCloseTo(
      found['influence-image']?.sums.effect ?? -1,
      9,
    )
    expect(found.effects?.arrays).toEqual([
      'effect_of_cutting_between_scales',
      'effect_of_cutting_between_tasks',
    ])
  })
})
