import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJournal } from '../../src/engine/project/journal'
import { openDataset } from '../../src/engine/dataset/readers'
import { gestureHeaderSchema } from '../../src/shared/contract'
import { writeTile } from '../../src/shared/edit'
import { decodeFrame } from '../../src/shared/frame'
import { bytesOf, cloneMap, createMap, type DenseMap } from '../../src/shared/maps'
import { makeDataset } from '../support/make-dataset'
import { getMap } from './api'
import { CHROMIUM_ARGS, electronBinary, root, temporaryFolder } from './studio'

// Kills a process at a random moment of editing, again and again; MQ_STUDIO_KILLS sets how often (the long run: 200).
const KILLS = Number(process.env.MQ_STUDIO_KILLS ?? 6)
const VICTIMS = ['server', 'inference', 'tab'] as const
const SAMPLE = 'a'
const model = join(root, 'test/fixtures/tiny-bundle')

let state = 20261123
/** A seeded random number in [0, 1): the moments differ, the order of events does not. */
function random(): number {
  state = (state * 1664525 + 1013904223) >>> 0
  return state / 2 ** 32
}

describe.skipIf(process.platform === 'win32' || electronBinary() !== null)(
  'a process killed while editing',
  () => {
    const folder = temporaryFolder()
    const dataset = join(folder.path, 'rooms')
    const token = randomBytes(24).toString('base64url')
    let port = 0
    let server: ChildProcess | null = null
    const ledger = new Ledger()
    let browser: Browser
    let page: Page

    async function startServer(): Promise<void> {
      const args = ['serve', dataset, '--model', model, '--port', String(port)]
      const child = spawn(process.execPath, [join(root, 'bin/mq-studio.js'), ...args], {
        env: {
          ...process.env,
          MQ_STUDIO_TOKEN: token,
          MQ_STUDIO_DATA: folder.path,
          MQ_STUDIO_CACHE: folder.path,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      server = child
      await new Promise<void>((started, failed) => {
        createInterface({ input: child.stdout }).once('line', () => started())
        child.once('exit', (code) => failed(new Error(`the server ended with ${code}`)))
      })
      child.removeAllListeners('exit')
    }

    async function openTab(): Promise<void> {
      page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      ledger.follow(page)
      await page.goto(`http://127.0.0.1:${port}/?token=${token}`)
      await page.locator(`[data-testid="pane"][data-sample="${SAMPLE}"][data-ready="true"]`).first().waitFor()
    }

    async function kill(victim: (typeof VICTIMS)[number]): Promise<void> {
      if (victim === 'tab') {
        // Closing would let the window send what waits, which nobody here would see; a killed renderer sends nothing more.
        const session = await browser.newBrowserCDPSession()
        const { processInfo } = await session.send('SystemInfo.getProcessInfo')
        for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL')
        await session.detach()
        return page.close()
      }
      if (victim === 'inference') {
        for (const pid of await childrenOf(server?.pid ?? 0)) process.kill(pid, 'SIGKILL')
        return
      }
      const child = server
      server = null
      const ended = new Promise((done) => child?.once('exit', done))
      child?.kill('SIGKILL')
      await ended
    }

    /** One stroke across the open map, in a place of its own; resolves when the pointer is up. */
    async function paint(): Promise<void> {
      const box = await page.locator('[data-testid="pane"]').first().boundingBox()
      if (!box) throw new Error('the canvas is not on the screen')
      const x = box.x + box.width * (0.35 + 0.2 * random())
      const y = box.y + box.height * (0.35 + 0.3 * random())
      await page.keyboard.press(random() < 0.3 ? 'e' : 'b')
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + box.width * 0.1 * random(), y + box.height * 0.1 * random(), { steps: 4 })
      await page.mouse.up()
    }

    const saved = (): Promise<void> => page.getByText('Saved', { exact: true }).waitFor()
    const stored = async (): Promise<string> => hashOf(await getMap(page, SAMPLE, 'semseg', 'corrected'))

    beforeAll(async () => {
      await makeDataset(dataset, { splits: { val: [SAMPLE] }, width: 96, height: 72 })
      port = await freePort()
      browser = await chromium.launch({
        executablePath: process.env.MQ_STUDIO_CHROMIUM ?? '/usr/bin/chromium',
        args: CHROMIUM_ARGS,
      })
      await startServer()
      ledger.restart(await openLabel(dataset))
      await openTab()
    })
    afterAll(async () => {
      await browser.close()
      server?.kill('SIGTERM')
      folder.remove()
    })

    it(
      `loses no finished gesture and leaves no half-written file in ${KILLS} kills`,
      { timeout: 60_000 + KILLS * 30_000 },
      async () => {
        const met = new Map<string, number>()
        for (let turn = 0; turn < KILLS; turn++) {
          const victim = VICTIMS[turn % VICTIMS.length]!
          await page.keyboard.press('p') // A prediction runs while one paints.
          for (let strokes = 1 + Math.floor(3 * random()); strokes > 0; strokes--) await paint()
          await sleep(60 * random())
          await kill(victim)
          if (server === null) await startServer()
          if (page.isClosed()) {
            await openTab()
            // What a closed tab never sent is gone with it; every gesture it had been told is saved must be there.
            expect(ledger.since(ledger.saved), `turn ${turn}, tab closed`).toContain(await stored())
            ledger.restart(await getMap(page, SAMPLE, 'semseg', 'corrected'))
          } else {
            await saved()
            expect(await stored(), `turn ${turn}, ${victim} killed`).toBe(ledger.last)
          }
          await expectWholeFiles(join(dataset, '.mq-studio'))
          met.set(victim, (met.get(victim) ?? 0) + 1)
        }
        expect(ledger.total).toBeGreaterThanOrEqual(KILLS)
        process.stderr.write(
          `${ledger.total} gestures; kills: ${[...met].map(([name, count]) => `${name} ${count}`).join(', ')}\n`,
        )
      },
    )
  },
)

/** What the map must hold after every gesture that the page sent, computed from what it sent. */
class Ledger {
  #map: DenseMap = createMap('class', 1, 1)
  #states: string[] = []
  readonly #ids: string[] = []
  /** How many of the gestures the engine has confirmed. */
  saved = 0
  /** Gestures seen since the beginning. */
  total = 0

  get last(): string {
    return this.#states.at(-1) ?? ''
  }
  /** The states after at least `count` gestures. */
  since(count: number): string[] {
    return this.#states.slice(count)
  }
  restart(map: DenseMap): void {
    this.#map = cloneMap(map)
    this.#states = [hashOf(map)]
    this.#ids.length = 0
    this.saved = 0
  }
  follow(page: Page): void {
    page.on('request', (request) => {
      const body = request.method() === 'PATCH' ? request.postDataBuffer() : null
      if (!body) return
      const { header, payload } = decodeFrame(Uint8Array.from(body))
      const { id, maps } = v.parse(gestureHeaderSchema, header)
      if (this.#ids.includes(id)) return // Sent again because its answer was lost.
      this.#ids.push(id)
      this.total++
      let at = 0
      for (const { tx, ty, bytes } of maps.flatMap(({ tiles }) => tiles)) {
        writeTile(this.#map, { tx, ty, bytes: payload.slice(at, at + bytes) })
        at += bytes
      }
      this.#states.push(hashOf(this.#map))
    })
    page.on('response', (response) => {
      if (response.request().method() === 'PATCH' && response.ok()) this.saved = this.#ids.length
    })
  }
}

function hashOf(map: DenseMap): string {
  return createHash('sha256').update(bytesOf(map)).digest('hex')
}

async function openLabel(folder: string): Promise<DenseMap> {
  return (await openDataset(folder)).readLabel(SAMPLE, 'semseg')
}

/** Every journal reads to its end; nothing temporary is left beside a file that was being replaced for long. */
async function expectWholeFiles(project: string): Promise<void> {
  const names = await readdir(project, { recursive: true }).catch((): string[] => [])
  for (const name of names.filter(
    (candidate) => candidate.endsWith('.jsonl') && candidate.includes('corrections'),
  ))
    expect(parseJournal(await readFile(join(project, name))).damage, name).toBeNull()
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}

/** A port nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
