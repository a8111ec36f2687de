import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../src/shared/frame'
import { parseInterventionFile } from '../../src/shared/lab/intervention-file'
import { intervenedHeaderSchema, type InterveneRequest } from '../../src/shared/lab/wire'
import { mapFromBytes, type DenseMap } from '../../src/shared/maps'
import * as v from 'valibot'
import { getMap, post } from './api'
import { labWindow, predictInAttention } from './lab-window'

/** The depth that the engine gives under interventions, asked for without the window. */
async function depthUnder(page: Page, request: InterveneRequest): Promise<DenseMap> {
  const { header, payload } = decodeFrame(await post(page, '/v1/samples/0001/lab/intervene', request))
  const depth = v.parse(intervenedHeaderSchema, header).maps.find(({ task }) => task === 'depth')
  if (!depth) throw new Error('the interventions do not change depth')
  return mapFromBytes(
    depth.kind,
    depth.width,
    depth.height,
    payload.subarray(depth.offset, depth.offset + depth.bytes),
  )
}

function sameBytes({ data: a }: DenseMap, { data: b }: DenseMap): boolean {
  const bytes = (data: DenseMap['data']): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return bytes(a).equals(bytes(b))
}

describe('the list of interventions', () => {
  const lab = labWindow(
    async (page) => {
      await predictInAttention(page)
      await page.getByRole('tab', { name: 'Interventions' }).click()
    },
    ['0001', '0002'],
  )
  const saved = join(lab.folder, 'interventions.json')

  const names = (page: Page): Promise<string[]> =>
    page
      .getByRole('textbox', { name: 'Name of the intervention' })
      .evaluateAll((fields) => fields.map((field) => (field instanceof HTMLInputElement ? field.value : '')))
  async function add(page: Page, kind: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    await page.getByRole('button', { name: 'Add…' }).click()
    await page.getByLabel('What to do').selectOption({ label: kind })
    for (const [field, label] of Object.entries(fields))
      await page.locator('form').getByLabel(field, { exact: true }).selectOption({ label })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
  }
  /** Waits until the prediction is the one under the list. */
  const predicted = (page: Page): Promise<void> =>
    page.locator('section[aria-label="What the interventions change"][aria-busy="false"]').waitFor()

  it('takes every kind of change, each with a prediction that the model can make', async () => {
    const { page } = lab
    await add(page, 'Cut what a task reads from a task', {
      'Task that is read': 'Semantic segmentation',
      'Task that reads': 'Depth',
    })
    await add(page, 'Cut what a scale reads from a scale', { Task: 'Depth' })
    await add(page, 'Mute queries for all that read them')
    await add(page, 'Cut a head', { 'Step of attention': 'in the decoder' })
    await add(page, 'Swap in another image’s queries', { Task: 'Depth' })
    await add(page, 'Replace queries by their mean', { 'Images the mean is of': 'val' })
    await page.getByText(/^Changed: Semantic segmentation, Depth/).waitFor({ timeout: 60_000 })
    await predicted(page)
    expect(await names(page)).toEqual([
      'Semantic segmentation → Depth at all scales',
      'Depth: 1/8 → 1/4',
      'Semantic segmentation query 1 at 1/4',
      'All tasks: head 1 in the decoder, all scales',
      'Depth queries at all scales of 0002',
      'Mean all tasks queries at all scales of val',
    ])
    expect(await page.locator('.problem').count()).toBe(0)
  })

  it('edits head, target and mode of an entry, its name following, and takes each edit back', async () => {
    const { page } = lab
    await page.getByRole('button', { name: 'Edit Semantic segmentation → Depth at all scales' }).click()
    const form = page.locator('.mq-popover')
    await form.getByLabel('Head', { exact: true }).selectOption({ label: 'Head 2' })
    await form.getByLabel('Task that is read').selectOption({ label: 'Boundaries' })
    await form.getByLabel('What the other weights do').selectOption({ label: 'Remove: it is missing' })
    await page.keyboard.press('Escape')
    expect((await names(page))[0]).toBe('Boundaries → Depth at all scales, head 2')
    await page.getByRole('listitem').first().getByText('removed').waitFor()
    for (const label of ['Boundaries → Depth at all scales, head 2', 'Semantic', 'Semantic'])
      await page.getByRole('button', { name: new RegExp(`^Undo: Edit ${label}`) }).click()
    expect((await names(page))[0]).toBe('Semantic segmentation → Depth at all scales')
  })

  it('renames, scales, moves and switches off, and gives all of it back from a file and after a reload', async () => {
    const { page } = lab
    const first = page.getByRole('listitem').first()
    await first.getByRole('textbox').fill('half of seg')
    await first.getByRole('textbox').press('Enter')
    await first.getByRole('slider').fill('0.5')
    await first.getByRole('button', { name: 'Move down' }).click()
    await page.getByRole('switch', { name: 'Switch off Depth: 1/8 → 1/4' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the interventions to a file' }).click()
    await (await download).saveAs(saved)
    const list = parseInterventionFile(readFileSync(saved, 'utf8'), saved)
    expect(list.map(({ enabled }) => enabled)).toEqual([false, true, true, true, true, true])
    expect(list[1]).toMatchObject({ name: 'half of seg', factor: 0.5, kind: 'taskLink', target: 'depth' })
    const before = await names(page)
    await page.getByRole('button', { name: 'Take all away' }).click()
    await page.getByText('Nothing is changed inside the model.').waitFor()
    await page.locator('input[type=file]').setInputFiles(saved)
    await page.getByRole('listitem').first().waitFor()
    expect(await names(page)).toEqual(before)
    await page.reload()
    await page.getByTestId('cuts').getByText('5 interventions').click()
    await page.getByRole('listitem').first().waitFor()
    expect(await names(page)).toEqual(before)
  })

  it('is replayed on the split', async () => {
    const { page } = lab
    await page.getByRole('button', { name: 'Replay on val' }).click()
    await page.getByRole('columnheader', { name: '2 images of val' }).waitFor({ timeout: 60_000 })
    const result = page.getByRole('region', { name: 'What the interventions change' })
    expect(await result.getByRole('row').allInnerTexts()).toContainEqual(
      expect.stringMatching(/^Depth\s+[\d.]+ mm\s+rmse\s+[\d.]+\s+[\d.]+$/),
    )
  })

  it('accepts the prediction under it exactly, and gives the label back exactly', async () => {
    const { page } = lab
    await predicted(page)
    const label = await getMap(page, '0001', 'depth', 'corrected')
    const status = await page.evaluate(() => fetch('/v1/status').then((response) => response.text()))
    const { model } = v.parse(
      v.object({ model: v.object({ hash: v.string() }) }),
      JSON.parse(status) as unknown,
    )
    const interventions = [...parseInterventionFile(readFileSync(saved, 'utf8'), saved)]
    const wanted = await depthUnder(page, { model: model.hash, interventions, tasks: null, metrics: false })
    await page.getByRole('radio', { name: 'Correct' }).click()
    await page.keyboard.press('2')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Take the prediction or label over')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(300)
    await page.locator('[data-save="saved"]').waitFor()
    const accepted = await getMap(page, '0001', 'depth', 'corrected')
    expect(sameBytes(accepted, wanted)).toBe(true)
    expect(sameBytes(label, wanted)).toBe(false)
    await page.keyboard.press('Control+z')
    await page.waitForTimeout(300)
    await page.locator('[data-save="saved"]').waitFor()
    const back = await getMap(page, '0001', 'depth', 'corrected')
    expect(sameBytes(back, label)).toBe(true)
  })
})
