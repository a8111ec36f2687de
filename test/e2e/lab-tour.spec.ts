import { expect, it } from 'vitest'
import { labWindow } from './lab-window'

/** The path of README's tour through the attention lab, by the keys and words that it names. */
const lab = labWindow()

it('leads a new user through every view of the lab', async () => {
  const { page } = lab
  const started = performance.now()
  let steps = 0
  /** One thing that the user does, and what shows that it was done. */
  const step = async (act: Promise<void>, shown: () => Promise<unknown>): Promise<void> => {
    await act
    await shown()
    steps++
  }
  const depth = page.locator('[data-testid="pane"][data-task="depth"]')
  const flow = page.getByRole('group', { name: /^Flow of the traced pixel/ })
  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click()

  // Predict, and the lab shows the middle of the photo at once.
  await page.keyboard.press('p')
  await step(page.getByRole('radio', { name: 'Attention' }).click(), () => flow.waitFor({ timeout: 20_000 }))
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="heat"]').length === 4)

  // Where from: pin a pixel, see shares, measured cuts and the flow; move it.
  const at = await depth.boundingBox()
  if (!at) throw new Error('the pane of depth is not on the screen')
  await step(page.mouse.click(at.x + at.width * 0.5, at.y + at.height * 0.5), () =>
    page.getByRole('button', { name: 'Let the pixel go' }).waitFor(),
  )
  await page.locator('.pixel strong').getByText('Depth', { exact: true }).waitFor()
  expect(await page.locator('td.share').count()).toBe(5)
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('td')].filter((cell) => /^[+−]\d+ mm$/.test(cell.innerText)).length === 3,
  )
  const place = page.locator('.pixel .number').first()
  const before = await place.innerText()
  await depth.focus()
  await step(page.keyboard.press('ArrowRight'), () => place.filter({ hasNotText: before }).waitFor())
  await step(page.getByRole('radio', { name: 'Raw' }).click(), () =>
    page.getByRole('radio', { name: 'Raw', checked: true }).waitFor(),
  )
  expect(await page.locator('td.share').count()).toBe(5)
  await page.getByRole('radio', { name: 'Contribution' }).click()

  // Where to: one query of the gallery.
  await step(tab('Queries'), () => page.getByRole('button', { name: /^Query 2,/ }).waitFor())
  await step(page.getByRole('button', { name: /^Query 2,/ }).click(), () =>
    page
      .getByTestId('caption')
      .getByText(/where query 2 at .* reads/)
      .waitFor(),
  )
  await page.getByRole('group', { name: 'Exchange with other queries' }).waitFor()

  // Cut: a cell of the matrices; the prediction follows, and the list has its own undo.
  const cell = page.getByRole('gridcell', { name: /depth reads .* from semantic segmentation/ }).first()
  await step(tab('Matrices'), () => cell.waitFor())
  await step(cell.click(), () => page.getByTestId('cuts').getByText('1 intervention').waitFor())
  await page.getByRole('radio', { name: 'Change' }).click()
  await page.locator('[data-task="depth"] [data-testid="caption"]', { hasText: 'nearer' }).waitFor()
  await step(tab('Interventions'), () => page.getByText('The others stay bit for bit').waitFor())
  await step(page.keyboard.press('Control+z'), () => page.getByTestId('cuts').waitFor({ state: 'detached' }))

  // What matters: every link cut, beside attention.
  await tab('Influence')
  await page.getByRole('radio', { name: 'Image' }).click()
  const coefficients = page.getByRole('list', { name: /rank correlation/ }).getByText(/^ρ [+−]\d\.\d\d$/)
  await step(page.getByRole('button', { name: 'Cut every link' }).click(), () =>
    page.getByRole('button', { name: 'Measure again' }).waitFor({ timeout: 20_000 }),
  )
  expect(await coefficients.count()).toBe(5)
  console.log(`the tour of the lab: ${steps} steps in ${((performance.now() - started) / 1000).toFixed(1)} s`)
})
