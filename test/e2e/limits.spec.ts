import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DenseMap } from '../../src/shared/maps'
import { pythonFile, pythonHas } from '../support/python'
import { getMap } from './api'
import { differing, Hand } from './hand'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const SIZE = { width: 96, height: 72 }
const SAMPLE = '2008_000001'
const LAMP = 34

/** What a stroke may change, checked pixel by pixel against the same stroke without a limit. */
describe.skipIf(!pythonHas('numpy', 'PIL', 'scipy.io'))('limits of painting', () => {
  const folder = temporaryFolder()
  let studio: Studio
  let hand: Hand
  let classes: DenseMap
  let depth: DenseMap
  /** The pixels of the stroke where nothing limits it. */
  let whole: number[]

  beforeAll(async () => {
    const maker = join(root, 'test/fixtures/make-layouts.py')
    pythonFile(maker, folder.path, '--layouts', 'nyudv2', '--count', '1')
    studio = await openStudio({
      folder: join(folder.path, 'nyudv2'),
      home: folder.path,
      width: 1600,
      height: 1600,
    })
    hand = new Hand(studio.page, SIZE)
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    await studio.page.keyboard.press('g')
    await hand.open(SAMPLE, 'Semantic segmentation')
    classes = await getMap(studio.page, SAMPLE, 'semseg', 'corrected')
    depth = await getMap(studio.page, SAMPLE, 'depth', 'corrected')
    await studio.page.keyboard.press('b')
    await hand.number('Brush size in pixels of the image', 21)
    await hand.chooseClass('lamp')
    whole = await painted()
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  const stroke = (): Promise<void> => hand.drag([6.5, 40.5], [90.5, 52.5])
  /** The stroke, over wall, floor, chair and sofa; undone again. Which pixels it changed, all to one value. */
  async function painted(): Promise<number[]> {
    const after = await hand.after(SAMPLE, 'semseg', stroke)
    const changed = differing(classes, after)
    expect(new Set(changed.map((at) => after.data[at]))).toEqual(new Set([LAMP]))
    await hand.undo()
    expect(differing(classes, await getMap(studio.page, SAMPLE, 'semseg', 'corrected'))).toEqual([])
    return changed
  }
  /** The part of the stroke for which something holds; some of it and not all, or the check would say nothing. */
  function part(holds: (at: number) => boolean): number[] {
    const kept = whole.filter(holds)
    expect(kept.length).toBeGreaterThan(50)
    expect(kept.length).toBeLessThan(whole.length - 50)
    return kept
  }
  const nameOf = async (index: number): Promise<string> =>
    (
      await studio.page
        .getByLabel('Paint only inside a class')
        .locator(`option[value="${index}"]`)
        .innerText()
    ).trim()

  it('leaves a locked class as it is', async () => {
    const { page } = studio
    const chair = 4
    const name = await nameOf(chair)
    await page.getByRole('button', { name: `Lock ${name}: it neither loses nor gains a pixel` }).click()
    expect(await painted()).toEqual(part((at) => classes.data[at] !== chair))
    await page.getByRole('button', { name: `Unlock ${name}` }).click()
    expect(await painted()).toEqual(whole)
  })

  it('paints only inside the chosen classes', async () => {
    const { page } = studio
    const [floor, sofa] = [1, 5]
    await page.getByLabel('Paint only inside a class').selectOption(String(floor))
    expect(await painted()).toEqual(part((at) => classes.data[at] === floor))
    await page.getByLabel('Paint only inside a class').selectOption(String(sofa))
    const both = part((at) => classes.data[at] === floor || classes.data[at] === sofa)
    expect(await painted()).toEqual(both)
    for (const index of [floor, sofa])
      await page.getByRole('button', { name: await nameOf(index), exact: true }).click()
    expect(await painted()).toEqual(whole)
  })

  it('paints and erases only within a range of depths', async () => {
    const { page } = studio
    const range = page.getByLabel('Paint only within a depth range')
    await range.click()
    await hand.number('Nearest depth in metres', 2.75)
    await hand.number('Farthest depth in metres', 3.25)
    const within = part((at) => depth.data[at]! >= 2.75 && depth.data[at]! <= 3.25)
    expect(await painted()).toEqual(within)
    await range.click()
    expect(differing(classes, await hand.after(SAMPLE, 'semseg', stroke))).toEqual(whole)
    await range.click()
    await hand.number('Nearest depth in metres', 2.75)
    await hand.number('Farthest depth in metres', 3.25)
    await page.keyboard.press('e')
    const left = differing(classes, await hand.after(SAMPLE, 'semseg', stroke))
    expect(left).toEqual(part((at) => !(depth.data[at]! >= 2.75 && depth.data[at]! <= 3.25)))
    await range.click()
    await hand.undo()
    await hand.undo()
    await page.keyboard.press('b')
    expect(await painted()).toEqual(whole)
  })

  it("stops at the edges of another task's layer", async () => {
    const { page } = studio
    // The window is a box in the wall, and the only thing there at its depth of 5.1 m: 10 cm from the wall, no jump of
    // depth but a border of classes.
    const window = [...classes.data.keys()].filter((at) => classes.data[at] === 8)
    const xs = window.map((at) => at % SIZE.width)
    const ys = window.map((at) => Math.floor(at / SIZE.width))
    const [x, y] = [(Math.min(...xs) + Math.max(...xs) + 1) / 2, (Math.min(...ys) + Math.max(...ys) + 1) / 2]
    const dab = async (task: string): Promise<number[]> => {
      const before = await getMap(page, SAMPLE, task, 'corrected')
      const after = await hand.after(SAMPLE, task, () => hand.drag([x, y], [x + 0.2, y]))
      await hand.undo()
      return differing(before, after)
    }
    await hand.number('Brush size in pixels of the image', 41)
    const disc = await dab('semseg')
    expect(disc.length).toBeGreaterThan(window.length)
    await hand.task('Depth', SAMPLE)
    await hand.number('Value to paint', 1.5)
    await page.getByLabel('A stroke stops at').selectOption('semseg')
    const inside = disc.filter((at) => classes.data[at] === 8)
    expect(inside.length).toBeGreaterThan(50)
    expect(await dab('depth')).toEqual(inside)
    await page.getByLabel('A stroke stops at').selectOption('none')
    expect(await dab('depth')).toEqual(disc)
  })
})
