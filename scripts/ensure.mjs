// What a fresh clone lacks is made here, with nothing but Node's own modules. All output goes to stderr.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const MINIMUM_NODE = [20, 19]

export class SetupError extends Error {}

/** Runs a program with its output on stderr; throws SetupError with `hint` when it fails. */
function run(command, args, hint, env = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
    // npm is a script on Windows; a path with spaces must not go through a shell.
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (done.status !== 0) throw new SetupError(`${command} ${args.join(' ')} failed. ${hint}`)
}

export function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]))
    throw new SetupError(
      `Node ${MINIMUM_NODE.join('.')} or newer is needed, found ${process.versions.node}. Install it from https://nodejs.org.`,
    )
}

/** Installs node modules when they are missing or older than the lock file. */
export function ensureDependencies() {
  ensureNode()
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  process.stderr.write('Installing node modules…\n')
  // The install script of onnxruntime-node only fetches CUDA libraries.
  run(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund'],
    'Check the network and run `npm ci` by hand.',
    {
      ONNXRUNTIME_NODE_INSTALL: 'skip',
    },
  )
}

function newestSource(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return /\.test\.ts$/.test(path) ? 0 : stat.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestSource(join(path, name))), 0)
}

/** Builds `out/` when it is missing or older than the sources. A packaged app has no `src` and is never rebuilt. */
export function ensureBuild() {
  const sources = ['src', 'electron.vite.config.ts', 'svelte.config.js', 'package-lock.json'].map((name) =>
    join(root, name),
  )
  if (!sources.every((path) => existsSync(path))) return
  const stamp = join(root, 'out', '.built')
  const newest = Math.max(...sources.map(newestSource))
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) >= newest) return
  process.stderr.write('Building…\n')
  run(
    process.execPath,
    [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'],
    'The messages above say why.',
  )
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, String(newest))
}

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** Path of a Chromium for the end-to-end tests; installs Debian's when it may. */
export function ensureChromium() {
  const given = process.env.MQ_STUDIO_CHROMIUM
  const found = () => [given, ...CHROMIUM].find((path) => path && existsSync(path))
  if (found()) return found()
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installing Chromium…\n')
    run('apt-get', ['update', '-qq'], 'Install Chromium by hand.')
    run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
      'Install Chromium by hand.',
      {
        DEBIAN_FRONTEND: 'noninteractive',
      },
    )
    if (found()) return found()
  }
  throw new SetupError(
    'The end-to-end tests need Chromium and none was found. Install it (Debian: `sudo apt-get install chromium`) or set MQ_STUDIO_CHROMIUM to its path.',
  )
}

/** Runs `main`, turning a SetupError into one sentence and exit code 1. */
export async function guarded(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

/** Runs one of the project's own tools with inherited output; false when it fails. */
export function tool(name, ...args) {
  try {
    execFileSync(process.execPath, [join(root, 'node_modules', ...name.split('/')), ...args], {
      cwd: root,
      stdio: 'inherit',
    })
    return true
  } catch {
    return false
  }
}
