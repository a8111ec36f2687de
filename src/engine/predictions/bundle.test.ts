import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rename, rm, symlink, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/errors'
import { modelInfoOf, openBundle } from './bundle'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-bundle-'))
  await cp(TINY, folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Replaces text of the card; the test fails when the text is not there. */
async function editCard(from: string | RegExp, to: string): Promise<void> {
  const path = join(folder, 'model.json')
  const text = await readFile(path, 'utf8')
  expect(text.search(from)).toBeGreaterThanOrEqual(0)
  await writeFile(path, text.replace(from, to))
}

async function refused(code: ErrorCode, ...words: string[]): Promise<void> {
  const error: unknown = await openBundle(folder).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code })
  for (const word of words) expect(error).toHaveProperty('message', expect.stringContaining(word))
}

describe('openBundle', () => {
  it('opens a whole bundle; equal bundles have equal hashes', async () => {
    const bundle = await openBundle(folder)
    expect(bundle.hash).toBe((await openBundle(TINY)).hash)
    expect(modelInfoOf(bundle)).toMatchObject({
      name: 'tiny-untrained',
      variant: 'scale-aware',
      queries: 4,
      heads: 2,
    })
  })

  it('refuses a flipped byte, naming the file and both hashes', async () => {
    const path = join(folder, 'decoder_edge.onnx')
    const bytes = await readFile(path)
    const expected = createHash('sha256').update(bytes).digest('hex')
    bytes[60_000]! ^= 1
    await writeFile(path, bytes)
    const found = createHash('sha256').update(bytes).digest('hex')
    await refused('bundle_hash_mismatch', 'decoder_edge.onnx', expected, found)
  })

  it('refuses a cut file, naming both sizes', async () => {
    const { size } = await stat(join(folder, 'encoder.onnx'))
    await truncate(join(folder, 'encoder.onnx'), 1000)
    await refused('bundle_hash_mismatch', 'encoder.onnx has 1000 bytes', String(size))
  })

  it.each([
    ['a missing folder', async () => rm(folder, { recursive: true }), 'does not exist'],
    ['a folder without a card', async () => rm(join(folder, 'model.json')), 'no model.json'],
    ['a card that is not JSON', async () => writeFile(join(folder, 'model.json'), '{"a":'), 'not JSON'],
    ['a missing graph', async () => rm(join(folder, 'encoder.onnx')), 'encoder.onnx is missing'],
    ['an unknown version', async () => editCard('"schemaVersion": 1', '"schemaVersion": 2'), 'schemaVersion'],
    ['a wrong size', async () => editCard('"queries": 4', '"queries": 5'), 'queries'],
    ['an unfit activation', async () => editCard('clamp-min-0', 'sigmoid'), 'depth of kind scalar'],
    ['a missing decoder', async () => editCard('"edge": {', '"sal": {'), 'no "edge"'],
    ['a missing class', async () => editCard(/"wall",\s*/, ''), '39 entries in classes'],
    ['a path upwards', async () => editCard('"encoder.onnx"', '"../encoder.onnx"'), 'outside the bundle'],
    ['an absolute path', async () => editCard('"encoder.onnx"', '"/etc/passwd"'), 'outside the bundle'],
  ])('refuses %s', async (_, damage, words) => {
    await damage()
    await refused('bundle_invalid', words)
  })

  it.runIf(process.platform !== 'win32')('refuses a pipe without waiting for its writer', async () => {
    await rm(join(folder, 'encoder.onnx'))
    execFileSync('mkfifo', [join(folder, 'encoder.onnx')])
    await refused('bundle_invalid', 'encoder.onnx is not a file')
  })

  it('refuses a graph that is not what the card declares, though its hash is right', async () => {
    const path = join(folder, 'model.json')
    // Consistent in itself, but not what the files hold.
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('features_depth_s1', 'features_depth_x'))
    await refused('bundle_invalid', 'encoder.onnx has no output "features_depth_x"')
  })

  it('refuses a link that leads out of the bundle', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'mq-outside-'))
    await rename(join(folder, 'encoder.onnx'), join(outside, 'encoder.onnx'))
    await symlink(join(outside, 'encoder.onnx'), join(folder, 'encoder.onnx'))
    await refused('bundle_invalid', 'outside the bundle')
    await rm(outside, { recursive: true })
  })
})
