import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DenseMap } from '../../src/shared/maps'
import { makeDataset } from '../support/make-dataset'
import { getMap } from './api'
import { electronBinary, openStudio, temporaryFolder, type Studio } from './studio'

const SAMPLE = '0001'
const SIZE = { width: 96, height: 72 }

interface Place {
  readonly x: number
  readonly y: number
}

/** Other hands than a mouse: fingers, a pen, and the keyboard alone. */
describe.skipIf(electronBinary() !== null)('touch, pen and keyboard', () => {
  const folder = temporaryFolder()
  let studio: Studio
  let page: Page
  let devtools: CDPSession

  beforeAll(async () => {
    const source = join(folder.path, 'rooms')
    await makeDataset(source, { splits: { val: [SAMPLE, '0002'] }, ...SIZE })
    studio = await openStudio({ folder: source, home: folder.path })
    page = studio.page
    await shown(SAMPLE)
    await page.keyboard.press('g')
    devtools = await page.context().newCDPSession(page)
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  const pane = (): ReturnType<Page['locator']> => page.locator('[data-testid="pane"]').first()
  const shown = (sample: string): Promise<void> =>
    page.locator(`[data-testid="pane"][data-sample="${sample}"][data-ready="true"]`).first().waitFor()
  const saved = (): Promise<void> => page.locator('[data-save="saved"]').waitFor()
  const corrected = (sample = SAMPLE): Promise<DenseMap> => getMap(page, sample, 'semseg', 'corrected')
  /** A place in the pane, as parts of its width and height. */
  async function place(x: number, y: number): Promise<Place> {
    const box = await pane().boundingBox()
    if (!box) throw new Error('the pane is not on the screen')
    return { x: box.x + box.width * x, y: box.y + box.height * y }
  }
  /** The pixel of the photo at a place of the window, as the inspector gives it. */
  async function under({ x, y }: Place): Promise<string> {
    await page.mouse.move(x, y)
    await page.waitForTimeout(150)
    const text = await page.getByRole('region', { name: 'Inspector' }).locator('.mono').first().innerText()
    expect(text).toMatch(/^\d+, \d+$/)
    return text
  }
  async function touch(type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: Place[]): Promise<void> {
    const touchPoints = fingers.map((finger, id) => ({ ...finger, id }))
    await devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
  }
  async function pen(
    from: Place,
    to: Place,
    force: number,
    button: 'left' | 'right' = 'left',
  ): Promise<void> {
    const event = { button, force, pointerType: 'pen', clickCount: 1 } as const
    const buttons = button === 'left' ? 1 : 2
    await devtools.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...event, ...from, buttons })
    for (let step = 1; step <= 6; step++) {
      const x = from.x + ((to.x - from.x) * step) / 6
      const y = from.y + ((to.y - from.y) * step) / 6
      await devtools.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...event, x, y, buttons })
    }
    await devtools.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...event, ...to, buttons: 0 })
  }
  async function changes(act: () => Promise<void>): Promise<number> {
    const before = await corrected()
    await act()
    await page.waitForTimeout(200)
    await saved()
    const after = await corrected()
    return before.data.filter((value, at) => value !== after.data[at]).length
  }
  async function paintWith(name: string): Promise<void> {
    await page.keyboard.press('b')
    await page.locator('.picker').click()
    await page.getByPlaceholder('Find a class').fill(name)
    await page.keyboard.press('Enter')
  }

  it('draws with one finger, and with two moves the picture and paints nothing', async () => {
    await paintWith('chair')
    const drawn = await changes(async () => {
      await touch('touchStart', [await place(0.4, 0.5)])
      await touch('touchMove', [await place(0.5, 0.5)])
      await touch('touchMove', [await place(0.6, 0.5)])
      await touch('touchEnd', [])
    })
    expect(drawn).toBeGreaterThan(20)
    const pinched = await changes(async () => {
      await touch('touchStart', [await place(0.45, 0.4)])
      await touch('touchStart', [await place(0.45, 0.4), await place(0.55, 0.4)])
      await touch('touchMove', [await place(0.35, 0.4), await place(0.65, 0.4)])
      await touch('touchEnd', [])
    })
    expect(pinched).toBe(0)
    await page.keyboard.press('f')
  })

  it('magnifies as far as two fingers part, about the point between them', async () => {
    // The picture must stand still before the pixels under the fingers are read.
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.keyboard.press('f')
    const [left, right] = [await place(0.45, 0.45), await place(0.55, 0.45)]
    const before = { left: await under(left), right: await under(right) }
    await touch('touchStart', [left])
    await touch('touchStart', [left, right])
    const apart = [await place(0.4, 0.45), await place(0.6, 0.45)]
    // One finger moves, then the other: as the events of real fingers come.
    await touch('touchMove', [apart[0]!, right])
    await touch('touchMove', apart)
    await touch('touchEnd', [])
    expect(await under(apart[0]!)).toEqual(before.left)
    expect(await under(apart[1]!)).toEqual(before.right)
    await page.keyboard.press('f')
    await page.emulateMedia({ reducedMotion: 'no-preference' })
  })

  it('widens with the pressure of a pen, and erases with its barrel button', async () => {
    await page.keyboard.press('Control+z')
    await saved()
    const light = await changes(async () => pen(await place(0.4, 0.3), await place(0.6, 0.3), 0.2))
    await page.keyboard.press('Control+z')
    await page.waitForTimeout(200)
    await saved()
    const heavy = await changes(async () => pen(await place(0.4, 0.3), await place(0.6, 0.3), 1))
    expect(light).toBeGreaterThan(0)
    expect(heavy).toBeGreaterThan(1.5 * light)
    const erased = await changes(async () => pen(await place(0.4, 0.3), await place(0.6, 0.3), 1, 'right'))
    expect(erased).toBe(heavy)
  })

  it('opens, corrects a selection, marks it done and steps on without a pointer', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('1')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('fill with')
    const filled = await changes(() => page.keyboard.press('Enter'))
    expect(filled).toBeGreaterThan(1000)
    await page.keyboard.press('Control+Enter')
    await shown('0002')
    await page.keyboard.press('a')
    await shown(SAMPLE)
    await page.getByText('Done', { exact: true }).first().waitFor()
  })

  it('names its parts for a screen reader', async () => {
    await page.getByRole('region', { name: 'Layers' }).waitFor()
    await page.getByRole('tab', { name: 'Tool', selected: true }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tab', { name: 'Legend', selected: true }).waitFor()
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, input, select, [role="tab"]')]
        .filter((one) => one.checkVisibility())
        .filter((one) => {
          const labelled =
            one.getAttribute('aria-label') ?? one.getAttribute('aria-labelledby') ?? one.getAttribute('title')
          const label = (one as HTMLInputElement).labels?.length ?? 0
          return !labelled && label === 0 && one.textContent.trim() === ''
        })
        .map((one) => one.outerHTML.slice(0, 120)),
    )
    expect(nameless).toEqual([])
  })

  it('does not animate the zoom where the system asks for less motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    const { x, y } = await place(0.5, 0.5)
    await page.mouse.move(x, y)
    await page.waitForTimeout(300)
    // Every different picture that a frame shows, from before the wheel until long after.
    const states = page.evaluate(async () => {
      const picture = document.querySelector<HTMLCanvasElement>('[data-testid="pane"] canvas')
      const small = new OffscreenCanvas(24, 24).getContext('2d')
      if (!picture || !small) throw new Error('no picture')
      const seen = new Set<string>()
      const end = performance.now() + 1500
      while (performance.now() < end) {
        small.drawImage(picture, 0, 0, 24, 24)
        // eslint-disable-next-line no-restricted-syntax -- What the screen shows is what is asked for here.
        seen.add(small.getImageData(0, 0, 24, 24).data.join())
        await new Promise(requestAnimationFrame)
      }
      return seen.size
    })
    await page.waitForTimeout(300)
    await page.mouse.wheel(0, -400)
    expect(await states).toBe(2)
  })
})
