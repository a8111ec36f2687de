// Run by `npm run bench`, alone by `npm run bench -- editing [part of a case's name | strokes]`: how long the real window
// needs from a pointer event to the drawn layer, in Chromium.
// `MQ_STUDIO_CHROMIUM_ARGS` adds browser flags, e.g. to use a GPU.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { build, preview } from 'vite'
import type { TaskId } from '../../src/shared/tasks'
import type { Update } from './editing-page/measure'
import { root } from '../e2e/studio'

interface Case {
  readonly name: string
  readonly size: { width: number; height: number }
  readonly tasks: number
  readonly brush: number
  /** Commands after opening. */
  readonly commands: readonly string[]
  readonly task: TaskId
  readonly everyLayer?: boolean
}

const FOUR_K = { width: 3840, height: 2160 }
const CASES: readonly Case[] = [
  {
    name: '3840x2160, six tasks side by side, 40 px brush',
    size: FOUR_K,
    tasks: 6,
    brush: 40,
    commands: [],
    task: 'semseg',
  },
  {
    name: '3840x2160, six tasks side by side, 40 px brush on normals',
    size: FOUR_K,
    tasks: 6,
    brush: 40,
    commands: [],
    task: 'normals',
  },
  {
    name: '3840x2160, six tasks side by side, 500 px brush',
    size: FOUR_K,
    tasks: 6,
    brush: 500,
    commands: [],
    task: 'semseg',
  },
  {
    name: '3840x2160, one pane, all layers of the task, actual pixels, 40 px brush',
    size: FOUR_K,
    tasks: 6,
    brush: 40,
    commands: ['view.grid', 'view.actual'],
    task: 'semseg',
    everyLayer: true,
  },
  {
    name: '8000x8000, one class plane, 40 px brush',
    size: { width: 8000, height: 8000 },
    tasks: 1,
    brush: 40,
    commands: ['view.grid'],
    task: 'semseg',
  },
  {
    name: '8000x8000, one class plane, actual pixels, 200 px brush',
    size: { width: 8000, height: 8000 },
    tasks: 1,
    brush: 200,
    commands: ['view.grid', 'view.actual'],
    task: 'semseg',
  },
]
const STROKES = 10_000

const total = ({ handler, frame, raster }: Update): number => handler + frame + raster
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const ms = (value: number): string => `${value.toFixed(1)} ms`

/** Values of one kind of update, taken in rounds because other programs disturb some of them. */
function report(what: string, rounds: readonly (readonly Update[])[], limit: number): void {
  const tails = rounds.map((round) => quantile(round.map(total), 0.95))
  const updates = rounds.flat()
  const totals = updates.map(total)
  const parts = (['handler', 'frame', 'raster'] as const)
    .map(
      (part) =>
        `${part} ${ms(
          quantile(
            updates.map((update) => update[part]),
            0.5,
          ),
        )}`,
    )
    .join(', ')
  say(`  ${what}: p50 ${ms(quantile(totals, 0.5))} (${parts})`)
  const quiet = Math.min(...tails)
  say(
    `    p95 ${ms(quiet)} = ${(quiet / limit).toFixed(2)} of ${limit} ms in the quietest of ${rounds.length} rounds; over all ${ms(quantile(totals, 0.95))}`,
  )
}
const ROUND = 60
function inRounds(updates: readonly Update[]): Update[][] {
  return Array.from({ length: Math.floor(updates.length / ROUND) }, (_, round) =>
    updates.slice(round * ROUND, (round + 1) * ROUND),
  )
}

/** Frames the compositor presented while `work` ran, a second. */
async function presented<T>(
  devtools: CDPSession,
  work: () => Promise<T>,
): Promise<{ result: T; rate: number }> {
  let frames = 0
  const count = ({ value }: { value: readonly Record<string, string>[] }): void => {
    for (const { name } of value) if (name === 'DrawFrame') frames++
  }
  devtools.on('Tracing.dataCollected', count as never)
  await devtools.send('Tracing.start', {
    traceConfig: {
      includedCategories: ['devtools.timeline.frame', 'disabled-by-default-devtools.timeline.frame'],
    },
  })
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const complete = new Promise<void>((resolve) => devtools.once('Tracing.tracingComplete', () => resolve()))
  await devtools.send('Tracing.end')
  await complete
  devtools.off('Tracing.dataCollected', count as never)
  return { result, rate: frames / seconds }
}

/** Bytes of the page that are still reachable: objects and the memory of typed arrays. */
async function memory(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const usage: Record<string, number> = await devtools.send('Runtime.getHeapUsage')
  return (usage.usedSize ?? 0) + (usage.backingStorageSize ?? 0) + (usage.embedderHeapUsedSize ?? 0)
}

async function open(
  page: Page,
  url: string,
  { size, tasks, brush, commands, task, everyLayer }: Case,
): Promise<void> {
  await page.goto(`${url}?width=${size.width}&height=${size.height}&tasks=${tasks}`)
  await page.locator('[data-testid="pane"][data-ready="true"]').nth(0).waitFor({ timeout: 120_000 })
  await page.evaluate(
    ([diameter, list]) => {
      window.bench.setBrush(diameter)
      for (const command of list) window.bench.run(command)
    },
    [brush, commands] as const,
  )
  if (everyLayer) await page.evaluate((id) => window.bench.showEveryLayer(id), task)
  await page.waitForTimeout(1500)
}

async function measure(page: Page, url: string, one: Case): Promise<void> {
  await open(page, url, one)
  const devtools = await page.context().newCDPSession(page)
  say(one.name)
  const even = (await page.evaluate((task) => window.bench.steadiness(task, 60), one.task)).map(total)
  const unrest = quantile(even, 0.95) - quantile(even, 0.5)
  say(`  other load on this machine adds up to ${ms(unrest)} (p95 - p50 of a fixed computation)`)
  await page.evaluate((task) => window.bench.stroke(task, 30), one.task)
  const { result, rate } = await presented(devtools, () =>
    page.evaluate((task) => window.bench.stroke(task, 300), one.task),
  )
  report('pointer event to drawn layer', inRounds(result.updates), 8)
  const totals = result.updates.map(total)
  const late = quantile(totals.slice(-60), 0.5) / quantile(totals.slice(0, 60), 0.5)
  say(`  last against first fifth of a 300-move stroke: ${late.toFixed(2)} (1 = independent of length)`)
  const mean = totals.reduce((sum, value) => sum + value, 0) / totals.length
  say(
    `  updates a second the main thread can make: ${(1000 / mean).toFixed(0)}; presented frames a second: ${rate.toFixed(0)}`,
  )
  const undone: (readonly Update[])[] = []
  for (let round = 0; round < 3; round++) {
    for (let i = 1; i <= 20; i++)
      await page.evaluate(
        ([task, index]) => {
          window.bench.setClass(index % 13)
          return window.bench.paint(task, 25, index * 31)
        },
        [one.task, i] as const,
      )
    undone.push(await page.evaluate((task) => window.bench.undo(task, 20), one.task))
  }
  report('undo of a stroke of 300 CSS pixels', undone, 16)
}

/** Whether memory and speed depend on how much was painted. */
async function endurance(page: Page, url: string): Promise<void> {
  const one = { ...CASES[0]!, tasks: 1, commands: ['view.grid'], name: `${STROKES} strokes at 3840x2160` }
  await open(page, url, one)
  const devtools = await page.context().newCDPSession(page)
  say(one.name)
  await page.evaluate((task) => window.bench.manyStrokes(task, 100), one.task)
  const first = await page.evaluate((task) => window.bench.stroke(task, 100), one.task)
  const before = await memory(devtools)
  const start = performance.now()
  await page.evaluate(([task, count]) => window.bench.manyStrokes(task, count), [one.task, STROKES] as const)
  const seconds = (performance.now() - start) / 1000
  const grown = (await memory(devtools)) - before
  const budget = await page.evaluate(() => window.bench.budget)
  say(
    `  memory grew by ${(grown / 2 ** 20).toFixed(0)} MiB = ${(grown / budget).toFixed(2)} of the history budget; ${((1000 * seconds) / STROKES).toFixed(2)} ms a stroke`,
  )
  const last = await page.evaluate((task) => window.bench.stroke(task, 100), one.task)
  const ratio = quantile(last.updates.map(total), 0.5) / quantile(first.updates.map(total), 0.5)
  say(
    `  time of an update after them against before: ${ratio.toFixed(2)} (1 = independent of the number of strokes)`,
  )
}

const out = mkdtempSync(join(tmpdir(), 'mq-studio-bench-'))
const folder = join(root, 'test/bench/editing-page')
const shared = {
  root: folder,
  configFile: false,
  logLevel: 'error',
  build: { outDir: out, emptyOutDir: true, target: 'esnext' },
} as const
await build({ ...shared, plugins: [svelte({ configFile: join(root, 'svelte.config.js') })] })
const server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } })
const browser = await chromium.launch({
  executablePath: process.env.MQ_STUDIO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', ...(process.env.MQ_STUDIO_CHROMIUM_ARGS?.split(' ') ?? [])],
})
try {
  const url = server.resolvedUrls?.local[0] ?? ''
  const only = process.argv[2]
  for (const one of CASES)
    if (!only || one.name.includes(only)) {
      const page = await browser.newPage({ viewport: FOUR_K })
      page.on('pageerror', (error) => say(`  page error: ${error.message}`))
      await measure(page, url, one)
      await page.close()
    }
  if (!only || only === 'strokes') {
    const page = await browser.newPage({ viewport: FOUR_K })
    await endurance(page, url)
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
  rmSync(out, { recursive: true, force: true })
}
