import { createHash } from 'node:crypto'
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { openBundle } from '../predictions/bundle'
import { plainForward } from '../predictions/plain-forward'
import { InferenceHost } from './host'

/** A bundle whose weights lie beside its graph, as the `onnx` package writes them. */
const SINGLE = resolve(import.meta.dirname, '../../../test/fixtures/single-graph')
const MAKE = `
import sys, onnx
model = onnx.load(sys.argv[1])
onnx.save(model, sys.argv[2], save_as_external_data=True, location='single.data', size_threshold=0)
`
const image = { key: 'p', width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, at) => at * 14) }

describe.skipIf(!pythonHas('onnx'))('a bundle with weights outside its graph', () => {
  let folder: string
  let host: InferenceHost
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mq-external-'))
    host = new InferenceHost()
    await cp(SINGLE, folder, { recursive: true })
    python(MAKE, join(SINGLE, 'single.onnx'), join(folder, 'single.onnx'))
    await writeCard(true)
  })
  afterEach(async () => {
    await host.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  async function writeCard(listed: boolean): Promise<void> {
    const describeFile = async (file: string): Promise<{ file: string; sha256: string; bytes: number }> => {
      const bytes = await readFile(join(folder, file))
      return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
    }
    const card = JSON.parse(await readFile(join(SINGLE, 'model.json'), 'utf8')) as {
      graphs: { single: object }
    }
    const data = listed ? { data: [await describeFile('single.data')] } : {}
    card.graphs.single = { ...card.graphs.single, ...(await describeFile('single.onnx')), ...data }
    await writeFile(join(folder, 'model.json'), JSON.stringify(card))
  }

  it('predicts what the same bundle in one file predicts', async () => {
    const [whole, split] = await Promise.all([openBundle(SINGLE), openBundle(folder)])
    const expected = await host.run({ ...whole, provider: 'cpu' }, plainForward(image, false))
    const found = await host.run({ ...split, provider: 'cpu' }, plainForward(image, false))
    expect(found.maps).toEqual(expected.maps)
  })

  it('is refused when the card does not list the file', async () => {
    await writeCard(false)
    await expect(openBundle(folder)).rejects.toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining('"single.data", which the card does not list') as unknown,
    })
  })

  it('is refused when the file was changed, before opening and after it', async () => {
    const model = { ...(await openBundle(folder)), provider: 'cpu' as const }
    const data = await readFile(join(folder, 'single.data'))
    data[0]! ^= 1
    await writeFile(join(folder, 'single.data'), data)
    await expect(openBundle(folder)).rejects.toMatchObject({ code: 'bundle_hash_mismatch' })
    await expect(host.run(model, plainForward(image, false))).rejects.toMatchObject({
      code: 'bundle_hash_mismatch',
      message: expect.stringContaining('single.data was changed') as unknown,
    })
    await appendFile(join(folder, 'single.data'), 'x')
    await expect(openBundle(folder)).rejects.toThrow(/single.data has \d+ bytes/)
  })
})
