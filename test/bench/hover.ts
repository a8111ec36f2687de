// Run by `npm run bench`, alone by `npm run bench -- hover`: how long the window needs in Attention mode from a pointer
// event to the frame with the source maps of every task for the pixel under it, engine included, in a Chromium that
// draws in software and is watched by nothing but the page's own clock.
// MQ_STUDIO_BENCH_BUNDLE: one bundle to look at; else the demo model and the bundle that `forward.bench.ts` made.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { root, serve, temporaryFolder } from '../e2e/studio'
import { openBareChromium, type BarePage } from './bare-chromium'
import {
  answered,
  boxSchema,
  follow,
  hoverSchema,
  paneWithHeat,
  press,
  type Box,
  type Hover,
} from './hover-page'

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

/** Moves the mouse to places far from each other, all on the photo, waiting for each picture. */
async function hover(page: BarePage, box: Box, moves: number): Promise<readonly Hover[]> {
  const hovers: Hover[] = []
  for (let i = 0; i < moves; i++) {
    const picture = page.run(answered)
    await page.moveTo(
      box.x + box.width * (0.3 + 0.4 * ((i * 0.618) % 1)),
      box.y + box.height * (0.25 + 0.5 * ((i * 0.383) % 1)),
    )
    hovers.push(v.parse(hoverSchema, await picture))
  }
  return hovers
}

async function measure(page: BarePage): Promise<readonly Hover[]> {
  await page.run(press, 'Attention')
  await page.run(press, 'Predict this photo')
  const box = v.parse(boxSchema, await page.run(paneWithHeat, 'depth', 4))
  await page.run(follow)
  await page.moveTo(box.x + box.width / 2, box.y + box.height / 2)
  await delay(1000)
  await hover(page, box, WARM_UP)
  return hover(page, box, MOVES)
}

for (const bundle of bundles) {
  const home = temporaryFolder()
  const server = await serve({ folder: join(root, 'resources/demo'), model: bundle, home: home.path })
  try {
    const page = await openBareChromium(server.url, {
      width: 1280,
      height: 800,
      // Frames as soon as they are ready: waiting for a screen is no work.
      args: ['--disable-frame-rate-limit', '--disable-gpu-vsync'],
    })
    const hovers = await measure(page).finally(() => page.close())
    say(bundle)
    report('pointer to question', hovers, ({ asked }) => asked)
    report('question to answer', hovers, ({ asked, answered: at }) => at - asked)
    report('answer to the maps painted', hovers, ({ answered: at, painted }) => painted - at)
    report('the frame itself: style, layout, paint', hovers, ({ began, frame }) => frame - began)
    const work = (hover: Hover): number => hover.painted + hover.frame - hover.began
    report(`pointer to picture (limit ${LIMIT} ms)`, hovers, work)
    report('the same with the wait for the compositor to take a frame', hovers, ({ frame }) => frame)
  } finally {
    await server.stop('SIGTERM')
    home.remove()
  }
}
