// `npm run screenshots -- [folder] [width] [height]`: the pictures of the README, taken from the real window on the demo rooms.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openStudio, root, temporaryFolder } from './e2e/studio'

const [out = join(root, 'docs'), width = '1280', height = '800'] = process.argv.slice(2)
const SAMPLE = '0009'

const home = temporaryFolder()
mkdirSync(out, { recursive: true })
const studio = await openStudio({
  folder: join(root, 'resources/demo'),
  home: home.path,
  ...(process.env.MODEL ? { model: process.env.MODEL } : {}),
  width: Number(width),
  height: Number(height),
})
const { page } = studio
await page.emulateMedia({ colorScheme: 'dark' })
try {
  const settle = async (): Promise<void> => {
    await page.locator(`[data-testid="pane"][data-sample="${SAMPLE}"][data-ready="true"]`).first().waitFor()
    // Pictures follow the state within a frame or two; thumbnails and fonts within a second.
    await page.waitForTimeout(1500)
  }
  const shot = async (name: string): Promise<void> => {
    await page.screenshot({ path: join(out, `${name}.png`) })
  }
  await page.getByRole('option', { name: new RegExp(`^${SAMPLE}`) }).click()
  await settle()
  await page.keyboard.press('p')
  await page.getByText(/cpu .* s|cpu .* ms/).waitFor()
  // The cursor on the table: every task is read under it.
  const pane = await page.locator('[data-testid="pane"]').first().boundingBox()
  if (pane) await page.mouse.move(pane.x + pane.width * 0.55, pane.y + pane.height * 0.62)
  await settle()
  await shot('correct')
  // The table, selected by its class: what is done next happens in the task one turns to.
  await page.keyboard.press('w')
  await page.getByLabel('Similar', { exact: true }).selectOption({ index: 1 })
  if (pane) await page.mouse.click(pane.x + pane.width * 0.42, pane.y + pane.height * 0.56)
  await page.keyboard.press('2')
  await settle()
  await shot('tools')
  await page.keyboard.press('Control+d')
  await page.getByRole('radio', { name: 'Attention' }).click()
  // A chair's leg, pinned: where did its depth come from?
  const depth = await page.locator('[data-testid="pane"][data-task="depth"]').boundingBox()
  if (depth) await page.mouse.click(depth.x + depth.width * 0.62, depth.y + depth.height * 0.62)
  await page.getByRole('button', { name: 'Let the pixel go' }).waitFor()
  await settle()
  await shot('attention')
  await page.getByRole('tab', { name: 'Queries' }).click()
  await page.getByRole('button', { name: /^Query 2,/ }).click()
  await settle()
  await shot('queries')
  await page.getByRole('tab', { name: 'Matrices' }).click()
  await settle()
  await shot('matrices')
  // Depth no longer reads from the normals at stride 16: what changes?
  await page
    .getByRole('gridcell', { name: /depth reads .* from surface normals/i })
    .nth(2)
    .click()
  await page.getByRole('tab', { name: 'Interventions' }).click()
  await settle()
  await shot('cut')
  await page.keyboard.press('Control+z')
  await page.getByRole('tab', { name: 'Influence' }).click()
  await page.getByRole('button', { name: 'Cut every link' }).click()
  await page.getByRole('img', { name: /^Attention against effect/ }).waitFor({ timeout: 180_000 })
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 180_000 })
  await settle()
  await shot('influence')
  await page.getByText('Review', { exact: true }).first().click()
  await settle()
  await shot('review')
} finally {
  await studio.close()
  home.remove()
}
