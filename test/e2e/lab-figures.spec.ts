import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Locator } from 'playwright-core'
import { pythonHas } from '../support/python'
import { readFigures, saveFigure } from './figures'
import { labWindow, predictInAttention } from './lab-window'

describe.skipIf(!pythonHas('numpy', 'PIL'))('figures of where from and where to', () => {
  const lab = labWindow(async (page) => {
    await predictInAttention(page)
    await page.getByRole('group', { name: /^Flow of the traced pixel/ }).waitFor({ timeout: 60_000 })
    mkdirSync(join(lab.folder, 'figures'))
  })

  const save = (view: Locator, name: string): Promise<string> =>
    saveFigure(lab.page, view, join(lab.folder, 'figures', name))

  it('are what NumPy, Pillow, XML and CSV readers find in every file', async () => {
    const { page } = lab
    const dock = page.getByRole('region', { name: 'Attention' })
    const side = page.getByRole('region', { name: 'Where from' })
    const stems = [await save(side, 'trace'), await save(dock, 'flow')]
    await page.getByRole('tab', { name: 'Queries' }).click()
    await page.getByRole('button', { name: /^Query 2,/ }).click()
    await page.getByRole('group', { name: 'Exchange with other queries' }).waitFor()
    stems.push(await save(dock, 'gallery'), await save(page.getByRole('region', { name: /^Query/ }), 'query'))

    const found = readFigures(stems)
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
