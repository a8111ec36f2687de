// `npm run tool-pictures -- [file] [folder]`: every tool in use in the real window, on one sheet; with a folder also one file a picture.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { TOOLS, toolById } from '../src/renderer/editor/tools'
import { openStudio, root, temporaryFolder } from './e2e/studio'
import { contactSheet, type Picture } from './support/contact-sheet'
import { SHOTS, type Hands, type Point, type Shot } from './support/tool-shots'

const [out = join(root, 'docs/tools-in-use.png'), singles] = process.argv.slice(2)
const SAMPLE = '0009'
const PHOTO = { width: 560, height: 425 }
/** What is cut out of the pane, and beside it of the options, in CSS pixels. */
const PANE = { width: 440, height: 330 }
const OPTIONS = 300
/** Room between the fitted photo and the pane, on both sides together. */
const MARGIN = 32
const TASK_KEYS = { semseg: '1', depth: '2', normals: '3', edge: '4' } as const

const missing = TOOLS.filter(({ id }) => !SHOTS.some(({ tool }) => tool === id))
if (missing.length > 0) throw new Error(`no picture shows ${missing.map(({ id }) => id).join(', ')}`)

const home = temporaryFolder()
const rooms = join(home.path, 'demo')
cpSync(join(root, 'resources/demo'), rooms, { recursive: true })
const model = process.env.MODEL ?? join(root, 'resources/models/rooms-mqs')
const studio = await openStudio({ folder: rooms, home: home.path, model, width: 1280, height: 1000 })
const { page } = studio
page.setDefaultTimeout(10_000)
/** Where the pointer is, which no screenshot shows. */
let pointer: Point = [0, 0]

async function box(selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await page.locator(selector).first().boundingBox()
  if (!found) throw new Error(`${selector} is not on the screen`)
  return found
}
/** From the photo to the window, while the photo is fitted into its one pane. */
async function at([x, y]: Point): Promise<Point> {
  const pane = await box('[data-testid="pane"]')
  const scale = Math.min((pane.width - MARGIN) / PHOTO.width, (pane.height - MARGIN) / PHOTO.height)
  return [
    pane.x + pane.width / 2 + (x - PHOTO.width / 2) * scale,
    pane.y + pane.height / 2 + (y - PHOTO.height / 2) * scale,
  ]
}

const hands: Hands = {
  page,
  async to(...points) {
    for (const point of points) {
      pointer = await at(point)
      await page.mouse.move(...pointer, { steps: 8 })
    }
  },
  async hold(first, ...rest) {
    if (!first) throw new Error('nowhere to press')
    await hands.to(first)
    await page.mouse.down()
    await hands.to(...rest)
  },
  async click(...points) {
    for (const point of points) {
      await hands.to(point)
      await page.mouse.click(...pointer)
      // Two clicks at once would be a double click, which ends a gesture.
      await page.waitForTimeout(600)
    }
  },
  async paintWith(key, name) {
    await page.keyboard.press(key)
    await page.locator('.picker').click()
    await page.getByPlaceholder('Find a class').fill(name)
    await page.keyboard.press('Enter')
  },
  async choose(label, value) {
    await page.getByLabel(label, { exact: true }).selectOption(value)
  },
  async brush(size) {
    await page.getByLabel('Brush size in pixels of the image').fill(String(size))
    await page.keyboard.press('Enter')
  },
}

/** As before the gesture: nothing held, nothing selected, nothing painted. */
async function putBack(): Promise<void> {
  await page.mouse.up()
  await page.keyboard.press('Escape')
  const undo = page.getByRole('button', { name: /^Undo/ }).first()
  while (await undo.isEnabled()) await page.keyboard.press('Control+z')
  await page.keyboard.press('f')
  await page.waitForTimeout(300)
}

async function take(shot: Shot): Promise<Picture> {
  const tool = toolById(shot.tool)
  await page.keyboard.press(TASK_KEYS[shot.task])
  await page.locator(`[data-testid="pane"][data-task="${shot.task}"][data-ready="true"]`).waitFor()
  if (tool.key) await page.keyboard.press(tool.key.replace(/^shift\+(.)$/, 'Shift+$1'))
  await page.waitForTimeout(300)
  await shot.act(hands)
  await page.waitForTimeout(700)
  const screen = await page.screenshot()
  const [middleX, middleY] = await at(shot.middle)
  const pane = await box('[data-testid="pane"]')
  const within = (value: number, from: number, length: number, part: number): number =>
    Math.round(Math.min(Math.max(value - part / 2, from), from + length - part))
  const left = within(middleX, pane.x, pane.width, PANE.width)
  const top = within(middleY, pane.y, pane.height, PANE.height)
  const options = await box('[role="tabpanel"], aside .stack')
  const cut = (x: number, y: number, width: number): Promise<Buffer> =>
    sharp(screen)
      .extract({ left: Math.round(x), top: Math.round(y), width, height: PANE.height })
      .png()
      .toBuffer()
  const arrow = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="24"><path d="M1 1v17l4-4 3 7 3-1-3-7h6z" fill="#000" stroke="#fff" stroke-width="1.4"/></svg>`
  const [pointerX, pointerY] = [Math.round(pointer[0]) - left, Math.round(pointer[1]) - top]
  const png = await sharp({
    create: { width: PANE.width + OPTIONS, height: PANE.height, channels: 3, background: '#17181b' },
  })
    .composite([
      { input: await cut(left, top, PANE.width), left: 0, top: 0 },
      ...(tool.brush ? [] : [{ input: Buffer.from(arrow), left: pointerX, top: pointerY }]),
      { input: await cut(1280 - OPTIONS, options.y, OPTIONS), left: PANE.width, top: 0 },
    ])
    .png()
    .toBuffer()
  await putBack()
  return { png, title: tool.title, shows: shot.shows }
}

try {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('option', { name: new RegExp(`^${SAMPLE}`) }).click()
  await page.locator(`[data-testid="pane"][data-sample="${SAMPLE}"][data-ready="true"]`).first().waitFor()
  await page.keyboard.press('p')
  await page.getByText(/cpu .* s|cpu .* ms/).waitFor()
  await page.keyboard.press('l')
  await page.keyboard.press('j')
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await page.waitForTimeout(1000)
  const pictures: Picture[] = []
  for (const [index, shot] of SHOTS.entries()) {
    const picture = await take(shot)
    pictures.push(picture)
    if (!singles) continue
    mkdirSync(singles, { recursive: true })
    writeFileSync(join(singles, `${String(index).padStart(2, '0')}-${shot.tool}.png`), picture.png)
  }
  writeFileSync(out, await contactSheet(pictures, { width: 518, height: 231 }))
} finally {
  await studio.close()
  home.remove()
}
