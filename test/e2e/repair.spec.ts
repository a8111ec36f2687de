import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/engine/dataset/readers'
import type { DenseMap } from '../../src/shared/maps'
import { TASK_IDS } from '../../src/shared/tasks'
import { plantErrors, SAMPLE, type Planted, type Window } from '../support/plant-errors'
import { getMap } from './api'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const DEMO = join(root, 'resources/demo')
/** More would mean that the tools are not good enough. */
const MOST_GESTURES = 15

/** Intersection over union of the pixels of a window for which `has` holds. */
function iou(a: DenseMap, b: DenseMap, window: Window, has: (value: number) => boolean): number {
  let both = 0
  let either = 0
  for (let y = window.y; y < window.y + window.height; y++)
    for (let x = window.x; x < window.x + window.width; x++) {
      const inA = has(a.data[y * a.width + x]!)
      const inB = has(b.data[y * b.width + x]!)
      if (inA && inB) both++
      if (inA || inB) either++
    }
  return both / either
}

function largestDepthError(a: DenseMap, b: DenseMap): number {
  let most = 0
  for (let at = 0; at < a.data.length; at++) most = Math.max(most, Math.abs(a.data[at]! - b.data[at]!))
  return most
}

function largestAngle(a: DenseMap, b: DenseMap): number {
  let most = 0
  for (let at = 0; at < a.data.length; at += 3) {
    const [ax = 0, ay = 0, az = 0] = a.data.subarray(at, at + 3)
    const [bx = 0, by = 0, bz = 0] = b.data.subarray(at, at + 3)
    const sine = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    most = Math.max(most, (Math.atan2(sine, ax * bx + ay * by + az * bz) * 180) / Math.PI)
  }
  return most
}

describe('a room with five planted errors', () => {
  const folder = temporaryFolder()
  const rooms = join(folder.path, 'rooms')
  let studio: Studio
  let planted: Planted
  let truth: Map<string, DenseMap>

  beforeAll(async () => {
    const demo = await openDataset(DEMO)
    truth = new Map()
    for (const task of ['semseg', 'depth', 'normals', 'edge'] as const)
      truth.set(task, await demo.readLabel(SAMPLE, task))
    planted = await plantErrors(DEMO, rooms)
    studio = await openStudio({ folder: rooms, home: folder.path, width: 1600, height: 1600 })
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  /** Turns to a task and waits until its picture is whole. */
  async function task(page: Page, id: string): Promise<void> {
    await page.keyboard.press(String(TASK_IDS.findIndex((one) => one === id) + 1))
    await page.locator(`[data-testid="pane"][data-task="${id}"][data-ready="true"]`).waitFor()
  }

  /** Where a point of the photo is on the screen while the photo is fitted into its one pane. */
  async function at(page: Page, x: number, y: number): Promise<[number, number]> {
    const box = await page.locator('[data-testid="pane"]').first().boundingBox()
    if (!box) throw new Error('the canvas is not on the screen')
    const { width, height } = truth.get('semseg')!
    const scale = Math.min((box.width - 32) / width, (box.height - 32) / height)
    return [
      box.x + box.width / 2 + (x - width / 2) * scale,
      box.y + box.height / 2 + (y - height / 2) * scale,
    ]
  }
  async function click(page: Page, x: number, y: number): Promise<void> {
    await page.mouse.click(...(await at(page, x, y)))
  }
  async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
    await page.mouse.move(...(await at(page, ...from)))
    await page.mouse.down()
    await page.mouse.move(...(await at(page, ...to)), { steps: 12 })
    await page.mouse.up()
  }
  async function chooseClass(page: Page, name: string): Promise<void> {
    await page.locator('.picker').click()
    await page.getByPlaceholder('Find a class').fill(name)
    await page.keyboard.press('Enter')
  }
  const operation = (page: Page, name: string): ReturnType<Page['locator']> =>
    page.getByLabel('Operations').getByRole('button', { name, exact: false }).first()
  /** Gestures so far, as the history panel counts them. */
  async function gestures(page: Page): Promise<number> {
    const text = await page.getByLabel('History').locator('.aside').innerText()
    return Number(/^(\d+) of/.exec(text)?.[1])
  }
  async function count(page: Page, expected: number): Promise<void> {
    await expect.poll(() => gestures(page), { timeout: 10_000 }).toBe(expected)
  }

  it('is repaired with the tools', async () => {
    const { page } = studio
    const { chair, picture, depth, wall, gap } = planted
    // Clicks are aimed at the fitted photo, not at one that is still on its way there.
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.keyboard.press('g')
    await page.keyboard.press('f')

    // 1: a chair of the wrong class is filled.
    await task(page, 'semseg')
    await page.keyboard.press('Shift+F')
    await chooseClass(page, 'chair')
    await click(page, ...chair.inside)
    await count(page, 1)

    // 2: a missing picture is outlined by its corners and filled.
    await page.keyboard.press('Shift+Q')
    for (const [x, y] of picture.corners) await click(page, x, y)
    await page.keyboard.press('Enter')
    await count(page, 2)
    await page.keyboard.press('b')
    await chooseClass(page, 'picture')
    await operation(page, 'Fill with the painted value').click()
    await page.getByRole('button', { name: 'Apply' }).click()
    await count(page, 3)

    // 3: a patch of depth that is 0.5 m too far is selected and lowered.
    await task(page, 'depth')
    await page.keyboard.press('r')
    const { x, y, width, height } = depth.rect
    await drag(page, [x + 0.5, y + 0.5], [x + width - 0.5, y + height - 0.5])
    await count(page, 4)
    await operation(page, 'Raise or lower depth').click()
    const by = page.getByLabel('Operations').locator('.options input[type="number"]').first()
    await by.fill('-0.5')
    await by.press('Enter')
    await page.getByRole('button', { name: 'Apply' }).click()
    await count(page, 5)

    // 4: the flipped normals of a wall are selected by their direction and flipped back.
    await task(page, 'normals')
    await page.keyboard.press('w')
    await page.getByLabel('Similar', { exact: true }).selectOption('normals')
    await click(page, ...wall.inside)
    await count(page, 6)
    await operation(page, 'Flip an axis of the normals').click()
    await page.getByLabel('Operations').getByLabel('Axis').selectOption(wall.axis)
    await page.getByRole('button', { name: 'Apply' }).click()
    await count(page, 7)

    // 5: the gap in a boundary is closed by one line.
    await task(page, 'edge')
    await page.keyboard.press('Control+d')
    await count(page, 8)
    await page.keyboard.press('t')
    await drag(page, gap.from, gap.to)
    await count(page, 9)
    await page.getByText('Saved', { exact: false }).first().waitFor()
  })

  it('matches the truth', async () => {
    const { page } = studio
    const now = new Map<string, DenseMap>()
    for (const id of truth.keys()) now.set(id, await getMap(page, SAMPLE, id, 'corrected'))
    const pair = (id: string): [DenseMap, DenseMap] => [now.get(id)!, truth.get(id)!]
    const found = {
      chair: iou(...pair('semseg'), planted.chair.window, (value) => value === planted.chair.index),
      picture: iou(...pair('semseg'), planted.picture.window, (value) => value === planted.picture.index),
      boundary: iou(...pair('edge'), planted.gap.window, (value) => value > 0.5),
      depth: largestDepthError(...pair('depth')),
      normals: largestAngle(...pair('normals')),
      gestures: await gestures(page),
    }
    process.stdout.write(
      `repaired in ${found.gestures} gestures: IoU of chair ${found.chair.toFixed(4)}, picture ${found.picture.toFixed(4)}, ` +
        `boundary ${found.boundary.toFixed(4)}; largest errors ${(found.depth * 100).toFixed(3)} cm, ${found.normals.toFixed(4)} degrees\n`,
    )
    expect(found.chair).toBeGreaterThanOrEqual(0.98)
    expect(found.picture).toBeGreaterThanOrEqual(0.98)
    expect(found.boundary).toBeGreaterThanOrEqual(0.98)
    expect(found.depth).toBeLessThanOrEqual(0.01)
    expect(found.normals).toBeLessThanOrEqual(1)
    expect(found.gestures).toBeLessThanOrEqual(MOST_GESTURES)
  })
})
