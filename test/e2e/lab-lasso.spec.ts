import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../src/shared/frame'
import type { Intervention } from '../../src/shared/lab/intervention'
import { intervenedHeaderSchema } from '../../src/shared/lab/wire'
import { mapFromBytes } from '../../src/shared/maps'
import * as v from 'valibot'
import { getMap, post } from './api'
import { Hand } from './hand'
import { labWindow, predictInAttention } from './lab-window'

const SIZE = { width: 96, height: 72 }
/** The lasso runs just inside the corners of these pixels, so that it holds them and no others. */
const BOX = { left: 10, top: 8, right: 50, bottom: 40 }
const CUT: Intervention = {
  kind: 'taskLink',
  id: 'cut',
  name: '',
  enabled: true,
  scale: 0,
  source: 'semseg',
  target: 'depth',
  head: null,
  factor: 0,
  mode: 'renormalise',
}

/** Mean absolute change of depth inside the box when the link is cut, in metres, from the maps alone. */
async function changeInBox(page: Page): Promise<number> {
  const status = await page.evaluate(() => fetch('/v1/status').then((response) => response.text()))
  const { model } = v.parse(
    v.object({ model: v.object({ hash: v.string() }) }),
    JSON.parse(status) as unknown,
  )
  const body = { model: model.hash, interventions: [CUT], tasks: ['depth'], metrics: false }
  const { header, payload } = decodeFrame(await post(page, '/v1/samples/0001/lab/intervene', body))
  const [found] = v.parse(intervenedHeaderSchema, header).maps
  if (!found) throw new Error('the cut changes nothing')
  const { kind, width, height, offset, bytes } = found
  const after = mapFromBytes(kind, width, height, payload.subarray(offset, offset + bytes))
  const before = await getMap(page, '0001', 'depth', 'prediction')
  let sum = 0
  for (let y = BOX.top; y < BOX.bottom; y++)
    for (let x = BOX.left; x < BOX.right; x++)
      sum += Math.abs(after.data[y * width + x]! - before.data[y * width + x]!)
  return sum / ((BOX.right - BOX.left) * (BOX.bottom - BOX.top))
}

describe('a lasso', () => {
  const lab = labWindow(async (page) => {
    await page.keyboard.press('g')
    const hand = new Hand(page, SIZE)
    await hand.open('0001', 'Depth')
    await page.keyboard.press('q')
    const { left, top, right, bottom } = BOX
    const [first, ...others] = [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ].map(([x, y]) => [x! + 0.2, y! + 0.2] as const)
    await page.mouse.move(...(await hand.at(...first!)))
    await page.mouse.down()
    for (const corner of others) await page.mouse.move(...(await hand.at(...corner)), { steps: 5 })
    await page.mouse.up()
    await page.getByText('1,280').first().waitFor()
    await predictInAttention(page)
    await page.getByRole('tab', { name: 'Influence' }).click()
  })

  it('is what influence is measured in', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Selection' }).click()
    await page.getByRole('button', { name: 'Cut every link' }).click()
    await page.getByRole('button', { name: 'Measure again' }).waitFor({ timeout: 90_000 })
    await page.getByRole('tabpanel').getByRole('button', { name: 'Save as a figure' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('group', { name: 'Formats' }).getByRole('button', { name: 'CSV' }).click()
    const path = join(lab.folder, 'influence.csv')
    await (await download).saveAs(path)
    const row = readFileSync(path, 'utf8')
      .split('\n')
      .find((line) => line.startsWith('effect,') && line.includes('semseg to depth, scale 0'))
    const effect = Number(row?.split(',').at(-2))
    const expected = await changeInBox(page)
    expect(expected).toBeGreaterThan(1e-6)
    expect(Math.abs(effect / expected - 1)).toBeLessThan(1e-5)
  })

  it('is what tasks, scales and queries are ranked for, and each can be looked at', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Ranking' }).click()
    await page.getByRole('button', { name: /^Rank for depth in the selection/i }).click()
    await page
      .getByText(/Depth, 0001, selection, cuts renormalised; what changes when each is cut alone$/)
      .waitFor({ timeout: 90_000 })
    const queries = page.getByRole('region', { name: 'Queries', exact: true }).getByRole('listitem')
    const shown = (await queries.allInnerTexts()).map((text) => Number(/[\d.]+$/.exec(text.trim())?.[0]))
    expect(shown.length).toBeGreaterThan(2)
    expect(shown).toEqual([...shown].sort((a, b) => b - a))
    await queries.first().getByRole('button').click()
    await page.getByRole('radio', { name: 'Query', exact: true, checked: true }).waitFor()
  })

  it('is explained where it is shown, with the sources of what is said', async () => {
    const { page } = lab
    await page.getByRole('button', { name: 'What is shown here' }).click()
    const text = await page.getByRole('article').innerText()
    for (const said of [
      'path heuristic',
      'where information could flow',
      'A cut shows what did',
      'Abnar, Zuidema 2020',
    ])
      expect(text).toContain(said)
    await page.keyboard.press('Escape')
    await page.getByRole('article').waitFor({ state: 'hidden' })
  })
})
