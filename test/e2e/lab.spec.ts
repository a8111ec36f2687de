import { describe, expect, it } from 'vitest'
import type { Locator } from 'playwright-core'
import { getMap } from './api'
import { labWindow } from './lab-window'

const SAMPLE = '0001'

describe('the attention lab', () => {
  const lab = labWindow()

  const pane = (task: string): Locator => lab.page.locator(`[data-testid="pane"][data-task="${task}"]`)
  const box = async (task: string): Promise<{ x: number; y: number; width: number; height: number }> => {
    const found = await pane(task).boundingBox()
    if (!found) throw new Error(`the pane of ${task} is not on the screen`)
    return found
  }
  const flow = (): Locator => lab.page.getByRole('group', { name: /^Flow of the traced pixel/ })

  it('asks for a prediction first, then traces the middle of the photo', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Attention' }).click()
    await page.getByRole('button', { name: 'Predict this photo' }).click()
    await flow().waitFor()
    // Every pane shows what its task's queries brought.
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="heat"]').length === 4)
  })

  it('follows the pointer, keeps the pixel that is pinned, and measures cuts of the other tasks', async () => {
    const { page } = lab
    const requests = (): Promise<number> =>
      page.evaluate(
        () =>
          performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/lab/trace')).length,
      )
    const before = await requests()
    const at = await box('depth')
    await page.mouse.move(at.x + at.width * 0.4, at.y + at.height * 0.4)
    const sources = page.getByRole('table', { name: /^Sources of the pixel/ })
    await page.locator('.pixel strong').getByText('Depth', { exact: true }).waitFor()
    const hovered = await page.locator('.pixel .number').first().innerText()
    await page.mouse.click(at.x + at.width * 0.5, at.y + at.height * 0.5)
    const other = await box('edge')
    await page.mouse.move(other.x + other.width * 0.5, other.y + other.height * 0.6)
    await page.getByRole('button', { name: 'Let the pixel go' }).waitFor()
    expect(await page.locator('.pixel strong').innerText()).toBe('Depth')
    // Numbers follow when the pointer rests.
    await expect.poll(() => page.locator('.pixel .number').first().innerText()).not.toBe(hovered)
    // In a browser none of it was a request of its own.
    if (page.url().startsWith('http')) expect(await requests()).toBe(before)
    // Three other tasks, each with the change of this pixel and of the photo in millimetres.
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll('td')].filter((cell) => /^[+−<]?\d+(\.\d+)? mm$/.test(cell.innerText))
          .length === 6,
    )
    expect(await sources.getByRole('row').count()).toBe(6)
  })

  it('shares the whole pixel out, by contributions and by raw weights of one head', async () => {
    const { page } = lab
    const total = async (): Promise<number> => {
      const cells = await page.locator('td.share').allInnerTexts()
      expect(cells.length).toBe(5)
      return cells.reduce((sum, cell) => sum + Number(cell.replace(/[^\d]/g, '')), 0)
    }
    const before = await page.locator('td.share').allInnerTexts()
    // Five whole percentages, each at most half a percent off.
    expect(Math.abs((await total()) - 100)).toBeLessThanOrEqual(3)
    await page.getByRole('radio', { name: 'Raw' }).click()
    await page.getByLabel('Head', { exact: true }).selectOption({ index: 1 })
    await page.waitForFunction(
      (old) =>
        [...document.querySelectorAll<HTMLElement>('td.share')].some(
          (cell, at) => cell.innerText !== old[at],
        ),
      before,
    )
    expect(Math.abs((await total()) - 100)).toBeLessThanOrEqual(3)
    await page.getByRole('radio', { name: 'Contribution' }).click()
    await page.getByLabel('Head', { exact: true }).selectOption({ index: 0 })
  })

  it('moves the pinned pixel with the arrow keys, and pins another with a finger', async () => {
    const { page } = lab
    const place = page.locator('.pixel .number').first()
    const at = async (): Promise<number[]> => (await place.innerText()).split(', ').map(Number)
    const [x, y] = await at()
    await pane('depth').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await place.getByText(`${(x ?? 0) + 1}, ${(y ?? 0) + 1}`, { exact: true }).waitFor()
    const { x: left, y: top, width, height } = await box('normals')
    const touch = await page.context().newCDPSession(page)
    const point = { x: left + width * 0.45, y: top + height * 0.45 }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await page.locator('.pixel strong').getByText('Norm', { exact: true }).waitFor()
    const again = await box('depth')
    await page.mouse.click(again.x + again.width * 0.5, again.y + again.height * 0.5)
    await page.locator('.pixel strong').getByText('Depth', { exact: true }).waitFor()
  })

  it('cuts a band of the flow with the keyboard, and mends it', async () => {
    const { page } = lab
    const band = flow().locator('[role="button"][tabindex="0"]')
    await band.focus()
    await page.keyboard.press('ArrowRight')
    const words = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    expect(words).toMatch(/queries at 1\/\d+ from/)
    await page.keyboard.press('Enter')
    await flow().locator('[aria-pressed="true"]').first().waitFor()
    expect(await page.getByRole('radio', { name: 'Change' }).isChecked()).toBe(true)
    await page.keyboard.press('Enter')
    await flow().locator('[aria-pressed="true"]').waitFor({ state: 'detached' })
    await page.getByRole('radio', { name: 'Sources', checked: true }).waitFor()
  })

  it('looks at one query of the gallery and makes where it reads a selection', async () => {
    const { page } = lab
    await page.getByRole('tab', { name: 'Queries' }).click()
    await page.getByRole('button', { name: /^Query 2,/ }).click()
    await page
      .getByTestId('caption')
      .getByText(/where query 2 at .* reads/)
      .waitFor()
    await page.getByRole('group', { name: 'Exchange with other queries' }).waitFor()
    await page.getByRole('button', { name: 'Select where it reads…' }).click()
    await page.getByRole('slider', { name: 'Threshold' }).fill('20')
    await page.getByRole('button', { name: 'Select', exact: true }).click()
    await page.locator('[data-testid="viewport"][data-mode="correct"]').waitFor()
    const history = page.getByRole('tab', { name: 'History' })
    if ((await history.count()) > 0) await history.click()
    await page.getByText('Select where attention lies').first().waitFor()
    // Filled with a class, and taken back.
    const label = async (): Promise<string> => {
      const { data } = await getMap(page, SAMPLE, 'semseg', 'corrected')
      return Buffer.from(data).toString('base64')
    }
    const saved = (): Promise<void> => page.locator('[data-testid="viewport"][data-save="saved"]').waitFor()
    const before = await label()
    await pane('semseg').first().focus()
    await page.keyboard.press('Alt+Backspace')
    await page
      .getByText(/^Fill with /)
      .first()
      .waitFor()
    await saved()
    expect(await label()).not.toBe(before)
    await page.keyboard.press('Control+z')
    await page.waitForTimeout(200)
    await saved()
    expect(await label()).toBe(before)
  })

  it('silences all queries but one, which stays at its place, and lets them be heard again', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Attention' }).click()
    const tiles = page
      .getByRole('group', { name: /^Queries of / })
      .getByRole('button', { name: /^Query \d+,/ })
    const order = async (): Promise<string[]> =>
      (await tiles.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))).map(
        (name) => /^Query \d+/.exec(name)?.[0] ?? '',
      )
    const before = await order()
    await tiles.nth(1).hover()
    const solo = page.getByRole('button', { name: /^Solo/ })
    await solo.nth(1).click()
    await page.getByRole('radio', { name: 'Change', checked: true }).waitFor()
    await page.waitForFunction(
      (count) => document.querySelectorAll('.tile.silent').length === count - 1,
      before.length,
    )
    // Nobody reads what is muted.
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.tile.silent .look')].every((tile) =>
        tile.getAttribute('aria-label')?.includes(', 0 % of'),
      ),
    )
    expect(await order()).toEqual(before)
    await page.getByRole('button', { name: 'Let all be heard again' }).first().click()
    await page.waitForFunction(() => document.querySelectorAll('.tile.silent').length === 0)
    await page.getByLabel('Order of the queries').selectOption({ label: 'By number' })
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.tile b')].every((cell, at) => cell.textContent === String(at + 1)),
    )
  })

  it('lets the pin go with Escape', async () => {
    const { page } = lab
    await page.getByRole('radio', { name: 'Attention' }).click()
    await page.getByRole('radio', { name: 'Sources' }).click()
    await page.getByRole('button', { name: 'Let the pixel go' }).waitFor()
    await pane('depth').focus()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Pin this pixel' }).waitFor()
  })

  it('goes on without its line, says why a cut could not be measured, and measures it when asked again', async ({
    skip,
  }) => {
    const { page } = lab
    skip(!page.url().startsWith('http'), 'only in a browser can a request be answered for the engine')
    await page.routeWebSocket(/\/v1\/line/, (socket) => socket.close())
    const message = 'The inference process ended.'
    await page.route('**/lab/intervene', (route) =>
      route.fulfill({ status: 503, json: { code: 'inference_crashed', message } }),
    )
    await page.reload()
    await page.getByRole('radio', { name: 'Attention' }).click()
    await flow().waitFor()
    await page.getByText(message).waitFor()
    const measured = page.locator('td:not(.share, .none)').getByText(/\d/)
    expect(await measured.count()).toBe(0)
    await page.unroute('**/lab/intervene')
    const again = page.getByRole('button', { name: 'Try again' })
    await again.click()
    await again.waitFor({ state: 'detached' })
    await expect.poll(() => measured.count()).toBeGreaterThan(0)
  })
})
