import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { _electron, chromium, type Page } from 'playwright-core'

export const root = resolve(import.meta.dirname, '../..')
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Studio {
  readonly page: Page
  /** Kills the engine without warning, as a power cut would. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface StudioOptions {
  readonly folder: string
  readonly model?: string
  readonly width?: number
  readonly height?: number
  /** Where caches and settings go; the caller removes it. */
  readonly home: string
  /** Further arguments of the browser. */
  readonly browserArgs?: readonly string[]
}

/** A folder for one test; `remove` deletes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mq-studio-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10 }) }
}

function environment(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return {
    ...Object.fromEntries(inherited),
    MQ_STUDIO_CACHE: join(home, 'cache'),
    MQ_STUDIO_DATA: join(home, 'data'),
  }
}

/** The Electron binary, when this machine has one: the same suite then runs inside the real shell. */
export function electronBinary(): string | null {
  const given = process.env.MQ_STUDIO_ELECTRON
  if (given) return given
  const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '../dist')
  const names = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron']
  return names.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

const args = (options: StudioOptions): string[] => [
  options.folder,
  ...(options.model ? ['--model', options.model] : []),
]

async function openInElectron(binary: string, options: StudioOptions): Promise<Studio> {
  const app = await _electron.launch({
    executablePath: binary,
    args: [root, ...args(options)],
    env: environment(options.home),
  })
  const page = await app.firstWindow()
  return {
    page,
    kill: async () => {
      app.process().kill('SIGKILL')
    },
    close: () => app.close(),
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolveLine, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolveLine)
    child.once('exit', (code) => reject(new Error(`serve ended with ${code} before it printed its address`)))
  })
}

/** The product as a server on loopback; `stop` resolves when it has ended. */
export async function serve(
  options: StudioOptions,
): Promise<{ readonly url: string; readonly stop: (signal: NodeJS.Signals) => Promise<void> }> {
  const server = spawn(process.execPath, [join(root, 'bin/mq-studio.js'), 'serve', ...args(options)], {
    env: environment(options.home),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const stop = (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal)
    return ended
  }
  return { url: await firstLine(server), stop }
}

async function openInChromium(options: StudioOptions): Promise<Studio> {
  const server = await serve(options)
  const executablePath = process.env.MQ_STUDIO_CHROMIUM ?? '/usr/bin/chromium'
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGS, ...(options.browserArgs ?? [])],
  })
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
  })
  await page.goto(server.url)
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    await browser.close()
    await server.stop(signal)
  }
  return { page, kill: () => stop('SIGKILL'), close: () => stop('SIGTERM') }
}

/** Opens the product on a folder: in Electron where a binary is, else the same renderer in Chromium over `serve`. */
export function openStudio(options: StudioOptions): Promise<Studio> {
  const binary = electronBinary()
  return binary ? openInElectron(binary, options) : openInChromium(options)
}
