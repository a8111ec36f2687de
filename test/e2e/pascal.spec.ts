import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/engine/dataset/readers'
import type { DenseMap } from '../../src/shared/maps'
import { python, pythonFile, pythonHas } from '../support/python'
import { getMap } from './api'
import { differing, exportTo, Hand } from './hand'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const SIZE = { width: 96, height: 72 }
/** The photo with one person. */
const PERSON = '2008_000002'
/** Its saliency is missing from the folder. */
const UNFINISHED = '2008_000003'

/** The kinds of label that only PASCALContext has, corrected by hand and exported. */
describe.skipIf(!pythonHas('numpy', 'PIL', 'scipy.io'))('saliency and human parts', () => {
  const folder = temporaryFolder()
  const source = join(folder.path, 'pascal')
  const exported = join(folder.path, 'exported')
  const expected = new Map<string, DenseMap>()
  let studio: Studio
  let hand: Hand

  beforeAll(async () => {
    const maker = join(root, 'test/fixtures/make-layouts.py')
    pythonFile(maker, folder.path, '--layouts', 'pascal', '--count', '3')
    await rm(join(source, 'sal_distill', `${UNFINISHED}.png`))
    studio = await openStudio({ folder: source, home: folder.path, width: 1600, height: 1600 })
    hand = new Hand(studio.page, SIZE)
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    await studio.page.keyboard.press('g')
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  /** Selects a box from pixel to pixel and gives it the value that is painted; keeps the label expected of that. */
  async function fillBox(
    sample: string,
    task: string,
    box: [number, number, number, number],
    value: number,
  ): Promise<void> {
    const [left, top, right, bottom] = box
    const before = await getMap(studio.page, sample, task, 'corrected')
    await studio.page.keyboard.press('r')
    await hand.drag([left + 0.5, top + 0.5], [right + 0.5, bottom + 0.5])
    const after = await hand.after(sample, task, () => studio.page.keyboard.press('Alt+Backspace'))
    const inside = [...before.data.keys()].filter((at) => {
      const [x, y] = [at % SIZE.width, Math.floor(at / SIZE.width)]
      return x >= left && x <= right && y >= top && y <= bottom
    })
    for (const at of inside) before.data[at] = value
    expect(differing(before, after)).toEqual([])
    expected.set(`${sample}/${task}`, before)
    await studio.page.keyboard.press('Control+d')
  }

  it('gives a box of a person another part', async () => {
    await hand.open(PERSON, 'Human parts')
    const parts = await getMap(studio.page, PERSON, 'human_parts', 'corrected')
    // A box inside the person, found in the label: its middle row, as far as parts reach.
    const ys = [...parts.data.keys()].filter((at) => parts.data[at]! > 0 && parts.data[at]! < 255)
    expect(ys.length).toBeGreaterThan(100)
    const y = Math.floor(ys[ys.length >> 1]! / SIZE.width)
    const row = ys.filter((at) => Math.floor(at / SIZE.width) === y).map((at) => at % SIZE.width)
    const [left, right] = [Math.min(...row), Math.max(...row)]
    await studio.page.keyboard.press('b')
    await hand.chooseClass('head')
    await fillBox(PERSON, 'human_parts', [left, y - 2, right, y + 1], 1)
  })

  it('makes a box salient and another not', async () => {
    await hand.task('Saliency', PERSON)
    await studio.page.keyboard.press('b')
    await hand.number('Value to paint', 1)
    await fillBox(PERSON, 'sal', [4, 50, 19, 60], 1)
    await studio.page.keyboard.press('b')
    await hand.number('Value to paint', 0)
    await fillBox(PERSON, 'sal', [30, 20, 45, 40], 0)
  })

  it('begins the label of a task without a file', async () => {
    await hand.open(UNFINISHED, 'Saliency')
    const empty = await getMap(studio.page, UNFINISHED, 'sal', 'corrected')
    expect(new Set(empty.data)).toEqual(new Set([0]))
    await studio.page.keyboard.press('b')
    await hand.number('Value to paint', 1)
    await fillBox(UNFINISHED, 'sal', [10, 12, 40, 30], 1)
  })

  it('exports exactly that', async () => {
    await exportTo(studio.page, exported)
    const [before, after] = [await openDataset(source), await openDataset(exported)]
    expect([...expected.keys()].sort()).toEqual([
      `${PERSON}/human_parts`,
      `${PERSON}/sal`,
      `${UNFINISHED}/sal`,
    ])
    for (const sample of ['2008_000001', PERSON, UNFINISHED])
      for (const { id } of after.tasks) {
        if (!after.hasLabel(sample, id)) continue
        const wanted = expected.get(`${sample}/${id}`) ?? (await before.readLabel(sample, id))
        expect(await after.readLabel(sample, id), `${sample} ${id}`).toEqual(wanted)
      }
    // Pillow sees the begun label as published loaders do.
    const salient = python(
      `import sys, numpy as np
from PIL import Image
print(*np.flatnonzero(np.array(Image.open(sys.argv[1])) > 127.5))`,
      join(exported, 'sal_distill', `${UNFINISHED}.png`),
    )
    const begun = expected.get(`${UNFINISHED}/sal`)!
    expect(salient.trim().split(' ').map(Number)).toEqual(
      [...begun.data.keys()].filter((at) => begun.data[at] === 1),
    )
  })
})
