import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataset } from '../support/make-dataset'
import { Hand } from './hand'
import { electronBinary, openStudio, root, temporaryFolder, type Studio } from './studio'

const SIZE = { width: 96, height: 72 }
const SAMPLE = '0001'
type Colour = readonly [number, number, number]

/** The blend functions of W3C Compositing and Blending Level 1, sections 10.1.4 and 10.3, on opaque colours of 0..255. */
const overlay = (backdrop: Colour, source: Colour): Colour =>
  each(backdrop, source, (b, s) => (b <= 127.5 ? (2 * b * s) / 255 : 255 - (2 * (255 - b) * (255 - s)) / 255))
const luma = ([r, g, b]: Colour): number => 0.3 * r + 0.59 * g + 0.11 * b
function luminosity(backdrop: Colour, source: Colour): Colour {
  const wanted = luma(source)
  const moved = backdrop.map((value) => value + wanted - luma(backdrop))
  const [low, high] = [Math.min(...moved), Math.max(...moved)]
  const clipped = moved
    .map((value) => (low < 0 ? wanted + ((value - wanted) * wanted) / (wanted - low) : value))
    .map((value) => (high > 255 ? wanted + ((value - wanted) * (255 - wanted)) / (high - wanted) : value))
  const [r = 0, g = 0, b = 0] = clipped
  return [r, g, b]
}
function each(a: Colour, b: Colour, of: (x: number, y: number) => number): Colour {
  return [of(a[0], b[0]), of(a[1], b[1]), of(a[2], b[2])]
}

/** Layers, keys and names of the window. A window of Electron has a size of its own, and so another order of focus. */
describe.skipIf(electronBinary() !== null)('the window', () => {
  const folder = temporaryFolder()
  let studio: Studio
  let hand: Hand

  beforeAll(async () => {
    const rooms = join(folder.path, 'rooms')
    await makeDataset(rooms, { splits: { val: [SAMPLE, '0002'] }, ...SIZE })
    studio = await openStudio({
      folder: rooms,
      model: join(root, 'test/fixtures/tiny-bundle'),
      home: folder.path,
      width: 1280,
      height: 1000,
    })
    hand = new Hand(studio.page, SIZE)
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    await studio.page.keyboard.press('g')
    await hand.open(SAMPLE, 'Semantic segmentation')
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  /** What the screen shows at the middle of a pixel of the photo. */
  async function colour(x: number, y: number): Promise<Colour> {
    await studio.page.waitForTimeout(120)
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    const [left, top] = await hand.at(x + 0.5, y + 0.5)
    const read = await studio.page.evaluate(
      ([px = 0, py = 0]) => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="pane"] canvas')
        const small = new OffscreenCanvas(1, 1).getContext('2d')
        if (!canvas || !small) throw new Error('no picture')
        const box = canvas.getBoundingClientRect()
        const ratio = canvas.width / box.width
        small.drawImage(
          canvas,
          Math.floor((px - box.x) * ratio),
          Math.floor((py - box.y) * ratio),
          1,
          1,
          0,
          0,
          1,
          1,
        )
        // eslint-disable-next-line no-restricted-syntax -- What the screen shows is what is asked for here.
        return [...small.getImageData(0, 0, 1, 1).data]
      },
      [left, top],
    )
    const [r = 0, g = 0, b = 0] = read
    return [r, g, b]
  }
  /** Within two of 255: the platform rounds every blended layer. */
  function near(found: Colour, wanted: Colour): void {
    found.forEach((value, at) => expect(Math.abs(value - wanted[at]!)).toBeLessThanOrEqual(2))
  }
  const row = (name: 'Photo' | 'Corrected'): ReturnType<Hand['pane']> =>
    studio.page
      .getByLabel('Layers of Semantic segmentation')
      .getByRole('button', { name: new RegExp(`^${name}, `) })
  const alone = async (name: 'Photo' | 'Corrected'): Promise<void> => {
    const place = studio.page
      .getByLabel('Layers of Semantic segmentation')
      .locator('li')
      .filter({ has: studio.page.getByRole('button', { name: new RegExp(`^${name}, `) }) })
    await place.getByRole('button', { name: /this layer alone|other layers again/ }).click()
    await studio.page.mouse.move(2, 2)
  }
  const set = async (name: 'Photo' | 'Corrected', opacity: number, blend: string): Promise<void> => {
    await row(name).click()
    await studio.page.getByLabel(`Opacity of ${name.toLowerCase()}`).fill(String(opacity))
    await studio.page.getByLabel(`Blend mode of ${name.toLowerCase()}`).selectOption(blend)
  }

  it('draws layers by solo, opacity, blend mode and order, and keeps that for the next sample', async () => {
    const { page } = studio
    const [x, y] = [40, 30]
    const first = await colour(x, y)
    await set('Photo', 1, 'normal')
    await set('Corrected', 1, 'normal')
    await alone('Photo')
    const photo = await colour(x, y)
    await alone('Photo')
    await alone('Corrected')
    const label = await colour(x, y)
    await alone('Corrected')
    expect(photo).not.toEqual(label)
    near(await colour(x, y), label)
    near(
      first,
      each(photo, label, (a, b) => a * 0.45 + b * 0.55),
    )
    await set('Corrected', 0.25, 'normal')
    near(
      await colour(x, y),
      each(photo, label, (a, b) => a * 0.75 + b * 0.25),
    )
    await set('Corrected', 1, 'multiply')
    near(
      await colour(x, y),
      each(photo, label, (a, b) => (a * b) / 255),
    )
    await set('Corrected', 1, 'screen')
    near(
      await colour(x, y),
      each(photo, label, (a, b) => a + b - (a * b) / 255),
    )
    await set('Corrected', 0.5, 'difference')
    near(
      await colour(x, y),
      each(photo, label, (a, b) => a * 0.5 + Math.abs(a - b) * 0.5),
    )
    for (const [mode, blend] of [
      ['overlay', overlay],
      ['luminosity', luminosity],
    ] as const) {
      await set('Corrected', 1, mode)
      near(await colour(x, y), blend(photo, label))
    }
    await set('Corrected', 1, 'normal')
    await row('Photo').focus()
    await page.keyboard.press('Alt+ArrowUp')
    await page.keyboard.press('Alt+ArrowUp')
    near(await colour(x, y), photo)

    // Choices outlive the sample, and the window.
    await hand.open('0002', 'Semantic segmentation')
    expect(await row('Photo').getAttribute('aria-label')).toBe('Photo, 100 %, normal')
    const order = await page
      .getByLabel('Layers of Semantic segmentation')
      .getByRole('listitem')
      .allInnerTexts()
    expect(order[0]).toContain('Photo')
    await page.reload()
    await page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    await page.keyboard.press('g')
    await hand.open(SAMPLE, 'Semantic segmentation')
    expect(await row('Corrected').getAttribute('aria-label')).toBe('Corrected, 100 %, normal')
    near(await colour(x, y), photo)
    await row('Photo').focus()
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+ArrowDown')
    near(await colour(x, y), label)
    await row('Corrected').click()
  })

  it('remembers a key that was given to a command', async () => {
    const { page } = studio
    const tool = (): Promise<string | null> => page.getByTestId('viewport').getAttribute('data-tool')
    await page.keyboard.press('F1')
    await page.getByRole('button', { name: /^Keys of Select superpixels: S\./ }).click()
    await page.keyboard.press('Shift+U')
    await page.getByRole('button', { name: /^Keys of Select superpixels: (⇧|Shift).*U\./ }).waitFor()
    await page.keyboard.press('Escape')
    for (const again of [false, true]) {
      if (again) {
        await page.reload()
        await page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
      }
      await page.keyboard.press('b')
      await page.keyboard.press('s')
      expect(await tool()).toBe('brush')
      await page.keyboard.press('Shift+U')
      expect(await tool()).toBe('superpixel')
    }
    await page.keyboard.press('b')
  })

  it('has names and an order of focus', async () => {
    const { page } = studio
    const tree = await page.locator('.window').ariaSnapshot()
    // What is fast to change and says nothing about names: counts, sizes, times.
    expect(tree.replaceAll(/\d[\d,.]*/g, '#')).toMatchSnapshot('names')
    await page.locator('body').evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    })
    const order: string[] = []
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab')
      order.push(
        await page.evaluate(() => {
          const one = document.activeElement
          const region = one?.closest('[aria-label]:is(nav, main, section, header, [role="group"])')
          const name = one?.getAttribute('aria-label') ?? one?.textContent.trim() ?? ''
          return `${region?.getAttribute('aria-label') ?? '-'}: ${name}`
        }),
      )
    }
    expect(order).toMatchSnapshot('focus')
  })
})
