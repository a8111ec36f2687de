import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataset } from '../support/make-dataset'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const folder = temporaryFolder()
const source = join(folder.path, 'rooms')
beforeAll(() => makeDataset(source, { splits: { val: ['0001'] }, width: 96, height: 72 }))
afterAll(() => folder.remove())

async function inAttention(model: string): Promise<Studio> {
  const studio = await openStudio({
    folder: source,
    model: join(root, 'test/fixtures', model),
    home: folder.path,
  })
  await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
  await studio.page.getByRole('radio', { name: 'Attention' }).click()
  return studio
}

describe('a released bundle in the attention lab', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await inAttention('tiny-released')
    await studio.page.getByRole('button', { name: 'Predict this photo' }).click()
    await studio.page.getByRole('group', { name: /^Flow of the traced pixel/ }).waitFor({ timeout: 60_000 })
  })
  afterAll(() => studio.close())

  it('is traced through tasks and never through scales', async () => {
    const { page } = studio
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="heat"]').length === 4)
    const words = await page.getByRole('region', { name: 'Attention' }).innerText()
    expect(words).toContain('From tasks')
    expect(words).not.toContain('From scales')
    expect(await page.getByRole('radiogroup', { name: 'Scale of the maps' }).count()).toBe(0)
    const bands = page.getByRole('group', { name: /^Flow/ }).getByRole('button')
    const names = await bands.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))
    expect(names.some((name) => /^Semantic segmentation queries at 1\/4 from depth queries/.test(name))).toBe(
      true,
    )
    expect(names.filter((name) => name.includes('from those at'))).toEqual([])
  })

  it('has its queries in the gallery, exchanging within one scale, and its matrices of tasks alone', async () => {
    const { page } = studio
    await page.getByRole('tab', { name: 'Queries' }).click()
    await page.getByRole('button', { name: /^Query 2,/ }).click()
    await page.getByRole('table', { name: 'Its row: what it reads' }).waitFor()
    const rows = page.getByRole('table', { name: 'Its row: what it reads' }).getByRole('rowheader')
    expect(await rows.allInnerTexts()).toEqual([
      'Semantic segmentation',
      'Depth',
      'Surface normals',
      'Boundaries',
    ])
    await page.getByRole('tab', { name: 'Matrices' }).click()
    await page.getByRole('gridcell').first().waitFor()
    expect(await page.getByRole('radio', { name: 'Scales' }).count()).toBe(0)
  })
})

describe('a single graph in the attention lab', () => {
  it('says what is missing and how to get it, also after a prediction', async () => {
    const studio = await inAttention('single-graph')
    const { page } = studio
    try {
      const dock = page.getByRole('region', { name: 'Attention' })
      await dock.getByText(/one graph from photo to maps/).waitFor()
      await dock.getByText('python -m mqtransformer export').waitFor()
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click()
        expect(await dock.getByText(/one graph from photo to maps/).count()).toBe(1)
      }
      await dock.getByRole('button', { name: 'Open another model…' }).waitFor()
      await page.keyboard.press('p')
      await page.getByText(/cpu .* s|cpu .* ms/).waitFor({ timeout: 60_000 })
      expect(await page.getByTestId('heat').count()).toBe(0)
      await dock.getByText(/one graph from photo to maps/).waitFor()
    } finally {
      await studio.close()
    }
  })
})
