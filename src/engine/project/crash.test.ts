import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { editMap } from '../../../test/support/edit-map'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { bytesOf } from '../../shared/maps'
import { openDataset } from '../dataset/readers'
import { Project } from './project'

const PROGRAM = resolve(import.meta.dirname, '../../../test/support/edit-process.ts')
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Runs the editing program until `stop` says so, then kills it; returns the lines it had printed. */
async function editAndKill(root: string, stopAfter: number, limit = ''): Promise<string[]> {
  const command = `${limit}exec "$0" --import "$1" "$2" "$3"`
  const child = spawn('/bin/sh', ['-c', command, process.execPath, LOADER, PROGRAM, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    if (lines.length >= stopAfter) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return lines
}

async function stateOf(
  root: string,
): Promise<{ revision: number; hash: string; problems: readonly unknown[] }> {
  const { map, revision, problems } = await (await Project.open(await openDataset(root))).read('a', 'semseg')
  return { revision, hash: createHash('sha256').update(bytesOf(map)).digest('hex'), problems }
}

describe.skipIf(process.platform === 'win32')('a program killed while it edits', () => {
  it('loses no acknowledged edit, again and again', async () => {
    const root = await makeDataset(await temporaryFolder(), {
      splits: { train: ['a'] },
      width: 128,
      height: 64,
    })
    let acknowledged = 0
    for (const stopAfter of [1, 5, 9, 23]) {
      const lines = await editAndKill(root, stopAfter)
      const [revision, hash] = (lines.at(-1) ?? '').split(' ')
      const first = Number(lines[0]?.split(' ')[0])
      expect(first).toBeGreaterThanOrEqual(acknowledged + 1)
      const state = await stateOf(root)
      expect(state.problems).toEqual([])
      // One more edit may have reached the disk without being acknowledged.
      expect([Number(revision), Number(revision) + 1]).toContain(state.revision)
      if (state.revision === Number(revision)) expect(state.hash).toBe(hash)
      acknowledged = state.revision
    }
    expect(acknowledged).toBeGreaterThanOrEqual(38)
  })

  it('keeps the last acknowledged state when the disk is full', async () => {
    const root = await makeDataset(await temporaryFolder(), {
      splits: { train: ['a'] },
      width: 128,
      height: 64,
    })
    // No file may grow beyond 200 blocks of 512 bytes: writing the journal fails after a few edits.
    const lines = await editAndKill(root, 1000, 'trap "" XFSZ; ulimit -f 200; ')
    expect(lines.at(-1)).toBe('write_failed')
    expect(lines.length).toBeGreaterThan(2)
    const [revision, hash] = (lines.at(-2) ?? '').split(' ')
    expect(await stateOf(root)).toEqual({ revision: Number(revision), hash, problems: [] })
  })
})

describe('two programs', () => {
  it('cannot edit one data set at a time', async () => {
    const root = await makeDataset(await temporaryFolder(), {
      splits: { train: ['a'] },
      width: 128,
      height: 64,
    })
    await editAndKill(root, 1)
    const lock = join(root, '.mq-studio/lock')
    const left = await readFile(lock, 'utf8')
    // The parent of this process is alive; the killed program's lock is taken over.
    await writeFile(lock, left.replace(/"pid":\d+/, `"pid":${process.ppid}`))
    const project = await Project.open(await openDataset(root))
    const edit = { baseRevision: (await stateOf(root)).revision, label: '', tiles: [] }
    await expect(editMap(project, 'a', 'semseg', edit)).rejects.toMatchObject({
      code: 'write_failed',
      message: expect.stringContaining(`process ${process.ppid}`) as string,
    })
    await writeFile(lock, left)
    expect(await editMap(project, 'a', 'semseg', edit)).toBe(edit.baseRevision + 1)
    await project.close()
  })
})
