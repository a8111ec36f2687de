import { spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../test/support/make-dataset'
import { temporaryFolder } from '../../test/support/temporary'
import { VERSION } from '../engine/install'

const PROGRAM = resolve(import.meta.dirname, 'index.ts')
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line from its sources; `onLine` sees stdout as it comes. */
function mqStudio(
  args: string[],
  onLine: (line: string, stop: (signal: NodeJS.Signals) => void) => void = () => undefined,
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', LOADER, PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`
    onLine(line, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })))
}

const parsed = (text: string): unknown => JSON.parse(text)

describe('inspect', () => {
  it('prints one JSON document and ends with 0, problems or not', async () => {
    const root = await makeDataset(await temporaryFolder())
    await rm(join(root, 'edge/a.png'))
    const { code, stdout, stderr } = await mqStudio(['inspect', root, '--json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(parsed(stdout)).toMatchObject({
      layout: 'nyudv2',
      root,
      splits: { train: 2, val: 1 },
      samples: 3,
      tasks: ['semseg', 'depth', 'normals', 'edge'],
      problems: [{ sample: 'a', file: 'edge/a.png', code: 'file_missing', message: 'edge/a.png is missing' }],
    })
  })

  it('refuses what is not a data set with 3', async () => {
    const { code, stdout } = await mqStudio(['inspect', await temporaryFolder(), '--json'])
    expect(code).toBe(3)
    expect(parsed(stdout)).toMatchObject({ error: { code: 'not_a_dataset' } })
  })
})

describe('export', () => {
  it('prints the report that it wrote', async () => {
    const root = await makeDataset(await temporaryFolder())
    const out = join(await temporaryFolder(), 'out')
    const { code, stdout } = await mqStudio(['export', root, '--format', 'nyudv2', '--out', out, '--json'])
    expect(code).toBe(0)
    expect(parsed(stdout)).toMatchObject({ samples: 3, files: 19, changed: 0, verified: 19 })
    expect(parsed(stdout)).toEqual(parsed(await readFile(join(out, 'report.json'), 'utf8')))
    const again = await mqStudio(['export', root, '--format', 'nyudv2', '--out', out])
    expect([again.code, again.stdout]).toEqual([3, ''])
    expect(again.stderr).toContain('is not empty')
  })

  it('ends with 4 and names the sample when corrections could not be used', async () => {
    const root = await makeDataset(await temporaryFolder())
    await mkdir(join(root, '.mq-studio/corrections/semseg'), { recursive: true })
    await writeFile(join(root, '.mq-studio/corrections/semseg/a.map'), 'damaged')
    const out = join(await temporaryFolder(), 'out')
    const { code, stderr } = await mqStudio(['export', root, '--format', 'nyudv2', '--out', out])
    expect(code).toBe(4)
    expect(stderr).toContain('skipped segmentation/a.png')
  })
})

describe('arguments', () => {
  it.each([
    [['export', 'x', '--format', 'nyudv2'], '--out is missing'],
    [['export', 'x', '--bogus'], "Unknown option '--bogus'"],
    [['inspect'], 'the data-set folder is missing'],
    [['inspect', 'a', 'b'], 'unexpected argument "b"'],
    [['serve', '--port', 'x'], '--port x is not a port'],
    [['nonsense'], 'nonsense is neither a command nor a folder'],
  ])('%j end with 2 and the usage', async (args, message) => {
    const { code, stdout, stderr } = await mqStudio(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('usage: mq-studio')
  })

  it('names the formats that exist', async () => {
    const root = await makeDataset(await temporaryFolder())
    const { code, stderr } = await mqStudio(['export', root, '--format', 'yolo', '--out', join(root, '../x')])
    expect(code).toBe(2)
    expect(stderr).toContain('there is same, nyudv2')
  })

  it('prints help and version', async () => {
    expect((await mqStudio(['--help'])).stdout).toMatch(/^usage: mq-studio[^]*inspect[^]*Exit codes/)
    expect((await mqStudio(['predict', '--help'])).stdout).toMatch(/^usage: mq-studio predict .*--attention/)
    expect((await mqStudio(['--version'])).stdout).toBe(`${VERSION}\n`)
  })
})

describe('open', () => {
  it('ends the window when it is told to end', async () => {
    const window = join(await temporaryFolder(), 'window')
    await writeFile(window, '#!/bin/sh\nkill -TERM $PPID\nexec sleep 60\n', { mode: 0o755 })
    // The pipe of stderr closes when the window is gone as well.
    const { code, stdout } = await mqStudio([], undefined, { MQ_STUDIO_ELECTRON: window, DISPLAY: ':0' })
    expect([code, stdout]).toEqual([0, ''])
  })
})

describe('serve', () => {
  it('prints one address that works, and ends cleanly when interrupted', async () => {
    const root = await makeDataset(await temporaryFolder())
    const answers: Promise<unknown>[] = []
    const env = { MQ_STUDIO_CACHE: await temporaryFolder() }
    const ended = await mqStudio(
      ['serve', root, '--model', join(root, 'none')],
      (line, stop) => {
        const address = new URL(line)
        const authorization = `Bearer ${address.searchParams.get('token')}`
        const answer = fetch(new URL('/v1/status', address), { headers: { authorization } })
        answers.push(answer.then((response) => response.json()).finally(() => stop('SIGINT')))
      },
      env,
    )
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}\n$/)
    expect(await Promise.all(answers)).toMatchObject([
      { dataset: { root, samples: 3 }, model: null, problems: [{ code: 'bundle_invalid' }] },
    ])
    expect(ended.stderr).toContain('mq-studio: ')
  })

  it('is what opens where there is no window, with the reason', async () => {
    const root = await makeDataset(await temporaryFolder())
    const env = { DISPLAY: '', WAYLAND_DISPLAY: '', MQ_STUDIO_ELECTRON: process.execPath }
    const ended = await mqStudio([root], (_line, stop) => stop('SIGTERM'), env)
    expect(ended.code).toBe(0)
    expect(ended.stderr).toContain('no desktop window')
  })
})
