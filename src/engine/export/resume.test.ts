import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { correct, differingFiles, openWorkspace, requestOf, runExport } from '../../../test/support/export'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import type { Workspace } from '../services'
import { describeExport, exportDataset } from './export'
import type { Report } from './report'
import type { ExportRequest } from './request'

let root: string
let out: string
let workspace: Workspace
beforeEach(async () => {
  root = await makeDataset(await temporaryFolder())
  out = join(await temporaryFolder(), 'out')
  workspace = await openWorkspace(root)
})

const stagingOf = (target: string): string => join(dirname(target), `.${basename(target)}.mq-export`)

/** Stops an export after so many units. */
async function stopAfter(units: number, request: Partial<ExportRequest> = {}): Promise<void> {
  const abort = new AbortController()
  const progress = (done: number): void => {
    if (done === units) abort.abort()
  }
  await expect(
    exportDataset(workspace, requestOf(out, request), progress, abort.signal),
  ).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringContaining('the same export continues it') as string,
  })
}

describe('a stopped export', () => {
  it('makes no target, keeps what is finished and is continued by the same request', async () => {
    await stopAfter(8)
    expect(await readdir(dirname(out))).toEqual([basename(stagingOf(out))])
    const { resumable } = await describeExport(workspace, requestOf(out))
    expect(resumable).toBeGreaterThanOrEqual(8)
    const report = await runExport(workspace, out)
    expect(report).toMatchObject({ files: 19, verified: 19, resumed: resumable })
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
    expect(await readdir(dirname(out))).toEqual(['out'])
  })

  it('writes again what was damaged, or changed in the source, meanwhile', async () => {
    await stopAfter(19)
    await writeFile(join(stagingOf(out), 'files/images/a.png'), 'damaged')
    const changed = join(root, 'README.md')
    await appendFile(changed, 'more')
    await rm(join(stagingOf(out), 'files/images/b.png'))
    const report = await runExport(workspace, out)
    expect(report).toMatchObject({ files: 19, verified: 19, resumed: 16 })
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it('writes again labels whose corrections changed, and leaves nothing of those that are gone', async () => {
    await correct(workspace, 'a', 'semseg', (map) => map.data.fill(1))
    await correct(workspace, 'b', 'semseg', (map) => map.data.fill(1))
    await stopAfter(7, { format: 'npy', onlyCorrected: true })
    const original = await workspace.dataset.readLabel('b', 'semseg')
    await correct(workspace, 'b', 'semseg', (map) => map.data.set(original.data))
    const map = await correct(workspace, 'a', 'semseg', (label) => label.data.fill(2))
    const report = await runExport(workspace, out, { format: 'npy', onlyCorrected: true })
    expect(report.corrections).toMatchObject([{ sample: 'a', revision: 2 }])
    expect((await readFile(join(out, 'semseg/a.npy'))).subarray(-map.data.length)).toEqual(
      Buffer.from(map.data),
    )
    const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
    expect(files.map(({ name }) => name).filter((name) => name.startsWith('b.'))).toEqual([])
    expect(files).toHaveLength(report.files + 1)
  })

  it('is thrown away for another export to the same folder, and when asked', async () => {
    await stopAfter(8)
    expect((await describeExport(workspace, requestOf(out, { format: 'npy' }))).resumable).toBeNull()
    await stopAfter(3, { format: 'npy' })
    expect(await runExport(workspace, out, { restart: true })).toMatchObject({ resumed: 0, verified: 19 })
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it('survives a torn journal', async () => {
    await stopAfter(8)
    const journal = join(stagingOf(out), 'journal.jsonl')
    const text = await readFile(journal, 'utf8')
    await writeFile(journal, text.slice(0, -20))
    expect((await runExport(workspace, out)).resumed).toBeGreaterThanOrEqual(7)
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })
})

describe('an export in several threads', () => {
  it('has the same files and the same report', async () => {
    await correct(workspace, 'a', 'normals', (map) => map.data.set([0.6, 0, 0.8], 30))
    await workspace.project.flush()
    const other = join(dirname(out), 'other')
    const reports: Report[] = []
    for (const [target, threads] of [
      [out, 1],
      [other, 2],
    ] as const)
      // prettier-ignore
      reports.push(await runExport(workspace, target, { threads, format: 'png' }))
    expect({ ...reports[1], out: '' }).toEqual({ ...reports[0], out: '' })
    expect(differingFiles(out, other)).toEqual(['Files A/report.json and B/report.json differ'])
  })

  it('stops, is continued, and passes on what went wrong', async () => {
    await stopAfter(5, { threads: 2 })
    expect((await runExport(workspace, out, { threads: 2 })).resumed).toBeGreaterThanOrEqual(5)
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
    const second = join(dirname(out), 'second')
    await mkdir(join(stagingOf(second), 'files'), { recursive: true })
    const blocked = async (): Promise<void> => {
      // A folder stands where a file must go.
      await mkdir(join(stagingOf(second), 'files/images/b.png'), { recursive: true })
    }
    const abort = new AbortController()
    let done = 0
    await expect(
      exportDataset(
        workspace,
        requestOf(second, { threads: 2 }),
        () => void (done++ || blocked()),
        abort.signal,
      ),
    ).rejects.toMatchObject({ code: 'write_failed' })
  })
})

describe('a killed export', () => {
  it('is continued wherever it was killed', async () => {
    const samples = Array.from({ length: 12 }, (_, index) => `s${index}`)
    await makeDataset(root, { splits: { train: samples } })
    workspace = await openWorkspace(root)
    const program = fileURLToPath(new URL('../../../test/support/export-process.ts', import.meta.url))
    let kept = 0
    for (const units of [1, 25, 48]) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, root, out, 'nyudv2'])
      onTestFinished(() => void child.kill('SIGKILL'))
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().split('\n').some((line) => Number(line) >= units)) child.kill('SIGKILL') // prettier-ignore
      })
      await new Promise((resolve) => child.on('exit', resolve))
      if (existsSync(out)) break // It was faster than the signal.
      const { resumable } = await describeExport(workspace, requestOf(out))
      expect(resumable ?? 0).toBeGreaterThanOrEqual(kept)
      kept = resumable ?? 0
    }
    if (!existsSync(out)) expect((await runExport(workspace, out)).verified).toBe(readAll(root).length)
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  function readAll(folder: string): string[] {
    return execFileSync('find', [folder, '-type', 'f']).toString().trim().split('\n')
  }
})

describe('a target that exists', () => {
  it('is filled, keeping what it is', async () => {
    await mkdir(out, { mode: 0o750 })
    const before = await stat(out)
    await runExport(workspace, out)
    const after = await stat(out)
    expect([after.ino, after.mode]).toEqual([before.ino, before.mode])
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it('can be continued after each of its last steps', async () => {
    await mkdir(out)
    await stopAfter(19)
    // As a kill while the finished files were moved up leaves it.
    await writeFile(join(out, '.mq-export/moving'), '')
    await rename(join(out, '.mq-export/files/images'), join(out, 'images'))
    await expect(runExport(workspace, out, { format: 'npy' })).rejects.toMatchObject({
      code: 'export_refused',
    })
    expect(await runExport(workspace, out)).toMatchObject({ resumed: 19, verified: 19 })
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('may be a mount point', async () => {
    await mkdir(out)
    const disk = await temporaryFolder()
    try {
      execFileSync('mount', ['--bind', disk, out], { stdio: 'ignore' })
    } catch {
      return // Not allowed to mount here.
    }
    onTestFinished(() => void execFileSync('umount', [out]))
    await runExport(workspace, out)
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
    // The data set under another name is still the data set.
    const alias = await temporaryFolder()
    execFileSync('mount', ['--bind', root, alias])
    onTestFinished(() => void execFileSync('umount', [alias]))
    await expect(runExport(workspace, join(alias, 'inner'))).rejects.toMatchObject({ code: 'export_refused' })
  })
})

describe('a disk that is full', () => {
  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    'is said, and the export continued',
    async () => {
      const disk = dirname(out)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' })
      } catch {
        return // Not allowed to mount here.
      }
      onTestFinished(() => void execFileSync('umount', [disk]))
      await writeFile(join(disk, 'full'), Buffer.alloc(230 * 1024))
      const error = expect.objectContaining({ message: expect.stringMatching(/free/i) as string }) as Error
      await expect(runExport(workspace, out)).rejects.toEqual(error)
      await rm(join(disk, 'full'))
      expect(await runExport(workspace, out)).toMatchObject({ verified: 19 })
    },
  )
})
