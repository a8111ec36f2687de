// Run by `npm run bench`, alone by `npm run bench -- hover`: how long the window needs in Attention mode from a pointer
// event to the frame with the source maps of every task for the pixel under it, engine included, in Chromium. The times
// include the driver's protocol (its network events for every request of the page) and drawing in software.
// MQ_STUDIO_BENCH_BUNDLE: one bundle to look at; else the demo model and the bundle that `forward.bench.ts` made.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openStudio, root, temporaryFolder } from '../e2e/studio'
import { answered, follow, type Hover } from './hover-page'

const DEMO = join(root, 'resources/models/rooms-mqs')
const MADE = join(tmpdir(), 'mq-studio-bench-swin_t-nyud')
const given = process.env.MQ_STUDIO_BENCH_BUNDLE
const bundles = given ? [given] : [DEMO, MADE].filter((path) => existsSync(join(path, 'model.json')))
/** Moves that are not measured, then those that are. */
const WARM_UP = 60
const MOVES = 360
const LIMIT = 16

const say = (line: string): void => void process.stdout.write(`${line}\n`)
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}
function report(what: string, hovers: readonly Hover[], part: (hover: Hover) => number): void {
  const all = hovers.map(part)
  say(`  ${what}: p50 ${quantile(all, 0.5).toFixed(1)} ms, p95 ${quantile(all, 0.95).toFixed(1)} ms`)
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Moves the mouse to places far from each other, all on the photo, waiting for each picture. */
async function hover(page: Page, box: Box, moves: number): Promise<readonly Hover[]> {
  const hovers: Hover[] = []
  for (let i = 0; i < moves; i++) {
    const picture = page.evaluate(answered)
    await page.mouse.move(
      box.x + box.width * (0.3 + 0.4 * ((i * 0.618) % 1)),
      box.y + box.height * (0.25 + 0.5 * ((i * 0.383) % 1)),
    )
    hovers.push(await picture)
  }
  return hovers
}

for (const bundle of bundles) {
  const home = temporaryFolder()
  const studio = await openStudio({
    folder: join(root, 'resources/demo'),
    model: bundle,
    home: home.path,
    // Frames as soon as they are ready: waiting for a screen is no work.
    browserArgs: ['--disable-frame-rate-limit', '--disable-gpu-vsync'],
  })
  const { page } = studio
  try {
    await page.getByRole('radio', { name: 'Attention' }).click()
    await page.getByRole('button', { name: 'Predict this photo' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="heat"]').length === 4)
    const pane = page.locator('[data-testid="pane"][data-task="depth"]')
    const box = await pane.boundingBox()
    if (!box) throw new Error('no pane of depth')
    await page.evaluate(follow)
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.waitForTimeout(1000)
    await hover(page, box, WARM_UP)
    const hovers = await hover(page, box, MOVES)
    say(bundle)
    report('pointer to question', hovers, ({ asked }) => asked)
    report('question to answer', hovers, ({ asked, answered: at }) => at - asked)
    report('answer to the maps painted', hovers, ({ answered: at, painted }) => painted - at)
    report('maps painted to the frame done', hovers, ({ painted, frame }) => frame - painted)
    report(`pointer to picture (limit ${LIMIT} ms)`, hovers, ({ frame }) => frame)
  } finally {
    await studio.close()
    home.remove()
  }
}
