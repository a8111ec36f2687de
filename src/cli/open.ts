import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultModel, INSTALL_ROOT } from '../engine/install'
import { optionalPositional, parseCommand } from './args'
import { EXIT, printNote } from './output'
import { serve } from './serve'

const USAGE = '[folder] [--model B]'

/** A window that ends this soon with an error never opened: a missing library, a refused sandbox. */
const START_MS = 5000

/** Opens the desktop window; where that is not possible, says why and serves the interface to a browser. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, { model: { type: 'string' } })
  const folder = optionalPositional(positionals, USAGE)
  const reason = await openWindow([
    ...(folder === null ? [] : [folder]),
    ...(values.model === undefined ? [] : ['--model', values.model]),
  ])
  if (reason === null) return EXIT.done
  printNote(`mq-studio: no desktop window: ${reason}. Open this address in a browser instead (Ctrl-C ends):`)
  await serve({ folder, model: values.model ?? defaultModel(), host: '127.0.0.1', port: 0 })
  return EXIT.done
}

/** Null after the window was closed, else why there is none. */
async function openWindow(args: readonly string[]): Promise<string | null> {
  const binary = electronBinary()
  if (binary === null) return 'Electron is not installed (`npx install-electron` fetches it)'
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'this session has no display'
  const started = Date.now()
  return new Promise((resolve) => {
    const child = spawn(binary, [INSTALL_ROOT, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', (error) => resolve(`${binary} could not be started (${error.message})`))
    child.once('exit', (code, signal) => {
      const failed = code !== 0 && Date.now() - started < START_MS
      resolve(failed ? `${binary} ended with ${signal ?? code}` : null)
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
