import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DEMO_DATASET, defaultModel, INSTALL_ROOT } from '../engine/install'
import { optionalPositional, parseCommand, type Options } from './args'
import { MODEL } from './options'
import { EXIT, interruptSignal, printNote } from './output'
import { serve } from './serve'

export const USAGE = '[folder] [--model B]'
export const OPTIONS = { model: MODEL } as const satisfies Options

/** A window that ends this soon with an error never opened: a missing library, a refused sandbox. */
const START_MS = 5000

/** Opens the desktop window; where that is not possible, says why and serves the interface to a browser. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = optionalPositional(positionals, USAGE) ?? DEMO_DATASET
  const ended = await openWindow([folder, ...(values.model === undefined ? [] : ['--model', values.model])])
  if ('code' in ended) return ended.code
  printNote(
    `mq-studio: no desktop window: ${ended.reason}. Open this address in a browser instead (Ctrl-C ends):`,
  )
  await serve({ folder, model: values.model ?? defaultModel(), host: '127.0.0.1', port: 0 })
  return EXIT.done
}

/** The exit code after the window was closed, else why there is none. Ctrl-C and SIGTERM end the window too. */
async function openWindow(args: readonly string[]): Promise<{ code: number } | { reason: string }> {
  const binary = electronBinary()
  if (binary === null) return { reason: 'Electron is not installed (`npx install-electron` fetches it)' }
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)
    return { reason: 'this session has no display' }
  const started = Date.now()
  const interrupted = interruptSignal()
  return new Promise((resolve) => {
    const child = spawn(binary, [INSTALL_ROOT, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    interrupted.addEventListener('abort', () => child.kill())
    child.once('error', (error) => resolve({ reason: `${binary} could not be started (${error.message})` }))
    child.once('exit', (code, signal) => {
      if (code === 0 || interrupted.aborted) resolve({ code: EXIT.done })
      else if (Date.now() - started < START_MS) resolve({ reason: `${binary} ended with ${signal ?? code}` })
      else resolve({ code: EXIT.failed })
    })
  })
}

function electronBinary(): string | null {
  const given = process.env.MQ_STUDIO_ELECTRON
  const folder = join(INSTALL_ROOT, 'node_modules', 'electron', 'dist')
  const names = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron']
  const candidates = [...(given ? [given] : []), ...names.map((name) => join(folder, name))]
  return candidates.find((path) => existsSync(path)) ?? null
}
