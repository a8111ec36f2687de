import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../shared/errors'
import { decodeNpy } from '../codecs/npy'
import { openDataset } from '../dataset/readers'
import { openBundle } from './bundle'
import { predictFolder, type PredictFolderRequest, type PredictReport } from './predict-folder'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

let folder: string
let out: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-predict-'))
  out = join(folder, 'out')
  await mkdir(join(folder, 'data/images'), { recursive: true })
  await mkdir(join(folder, 'data/gt_sets'))
  for (const id of ['small', 'large', 'broken'])
    await cp(
      join(TINY, `oracle/${id === 'broken' ? 'small' : id}.png`),
      join(folder, `data/images/${id}.png`),
    )
  await truncate(join(folder, 'data/images/broken.png'), 300)
  await writeFile(join(folder, 'data/gt_sets/train.txt'), 'large\n')
  await writeFile(join(folder, 'data/gt_sets/val.txt'), 'small\nbroken\n')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function predict(ids: string[], options: Partial<PredictFolderRequest> = {}): Promise<PredictReport> {
  return predictFolder({
    dataset: await openDataset(join(folder, 'data')),
    bundle: await openBundle(TINY),
    out,
    ids,
    provider: 'cpu',
    raw: false,
    attention: false,
    ...options,
  })
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  return promise.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: AppError) => error,
  )
}

describe('predictFolder', () => {
  it('writes a folder that opens as a data set with the predicted labels', async () => {
    const steps: string[] = []
    const report = await predict(['small', 'large'], {
      progress: (done, total) => void steps.push(`${done}/${total}`),
    })
    expect(report).toMatchObject({ samples: 2, provider: 'cpu', skipped: [] })
    expect(steps).toEqual(['1/2', '2/2'])
    const written = await openDataset(out)
    expect(written).toMatchObject({
      layout: 'nyudv2',
      problems: [],
      splits: { train: ['large'], val: ['small'] },
    })
    expect(await written.describe('large')).toMatchObject({
      width: 72,
      height: 60,
      labels: ['semseg', 'depth', 'normals', 'edge'],
    })
    const argmax = decodeNpy(await readFile(join(TINY, 'oracle/large.argmax_semseg.npy')), '')
    expect((await written.readLabel('large', 'semseg')).data).toEqual(argmax.data)
    const photo = await readFile(join(out, 'images/large.png'))
    expect(photo).toEqual(await readFile(join(TINY, 'oracle/large.png')))
    expect((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('adds raw logits and every attention tensor with its axes', async () => {
    await predict(['small'], { raw: true, attention: true })
    const raw = async (file: string): Promise<{ shape: readonly number[]; dtype: string }> =>
      decodeNpy(await readFile(join(out, file)), file)
    expect(await raw('semseg/small.npy')).toMatchObject({ dtype: 'f4', shape: [40, 41, 50] })
    expect(await raw('depth/small.npy')).toMatchObject({ shape: [1, 41, 50] })
    const written = await openDataset(out)
    expect(written).toMatchObject({ layout: 'nyudv2', problems: [] })
    expect(await written.readLabel('small', 'depth')).toMatchObject({ width: 50, height: 41 })
    const axes = JSON.parse(await readFile(join(out, 'attention/axes.json'), 'utf8')) as Record<
      string,
      object
    >
    expect(axes.decoder_attention_edge_s2).toEqual({
      role: 'decoder_attention',
      task: 'edge',
      scale: 2,
      axes: ['head', 'height', 'width', 'query'],
      shape: [2, 3, 4, 4],
    })
    const files = (await readdir(join(out, 'attention/small'))).sort()
    expect(files).toEqual(
      Object.keys(axes)
        .map((name) => `${name}.npy`)
        .sort(),
    )
    expect(files).toHaveLength(4 * 4 + 2 + 4 * 4)
    const oracle = decodeNpy(await readFile(join(TINY, 'oracle/small.encoder_attention_depth_s1.npy')), '')
    const found = decodeNpy(await readFile(join(out, 'attention/small/encoder_attention_depth_s1.npy')), '')
    expect(found.shape).toEqual(oracle.shape)
    found.data.forEach((value, i) => expect(value).toBeCloseTo(oracle.data[i]!, 5))
  })

  it('writes a generic data set beside the photos of a folder that has no labels', async () => {
    const photos = join(folder, 'photos')
    await mkdir(join(photos, 'kitchen'), { recursive: true })
    await cp(join(TINY, 'oracle/small.png'), join(photos, 'a.png'))
    await cp(join(TINY, 'oracle/large.png'), join(photos, 'kitchen/b.png'))
    const dataset = await openDataset(photos)
    const ids = Object.values(dataset.splits).flat()
    expect(await predict(ids, { dataset, raw: true })).toMatchObject({ samples: 2, skipped: [] })
    const written = await openDataset(out)
    expect(written).toMatchObject({ layout: 'generic', problems: [] })
    expect(Object.values(written.splits).flat().sort()).toEqual(['a', 'kitchen/b'])
    expect(await written.describe('kitchen/b')).toMatchObject({
      labels: ['semseg', 'depth', 'normals', 'edge'],
      problems: [],
    })
    const argmax = decodeNpy(await readFile(join(TINY, 'oracle/large.argmax_semseg.npy')), '')
    expect((await written.readLabel('kitchen/b', 'semseg')).data).toEqual(argmax.data)
    expect((await written.readLabel('a', 'normals')).kind).toBe('vector')
    const shape = async (file: string): Promise<readonly number[]> =>
      decodeNpy(await readFile(join(out, file)), file).shape
    expect(await shape('normals/a.npy')).toEqual([41, 50, 3])
    const raw = JSON.parse(await readFile(join(out, 'raw.json'), 'utf8')) as Record<string, object>
    expect(raw.normals).toMatchObject({
      files: 'raw/normals/<id>.npy',
      axes: ['channel', 'height', 'width'],
      channels: ['x', 'y', 'z'],
    })
    expect(raw.semseg).toMatchObject({ files: 'semseg/<id>.npy' })
    expect(await shape('raw/normals/a.npy')).toEqual([3, 41, 50])
    expect(await shape('semseg/kitchen/b.npy')).toEqual([40, 60, 72])
  })

  it('copies a photo that is a link to where the layout has it', async () => {
    const photo = join(folder, 'data/images/small.png')
    await mkdir(join(folder, 'data/camera'))
    await rename(photo, join(folder, 'data/camera/0001.png'))
    await symlink('../camera/0001.png', photo)
    await predict(['small'])
    expect((await openDataset(out)).problems).toEqual([])
    expect(await readFile(join(out, 'images/small.png'))).toEqual(
      await readFile(join(TINY, 'oracle/small.png')),
    )
  })

  it('skips a photo that cannot be read, names it and goes on', async () => {
    const report = await predict(['broken', 'small'])
    expect(report).toMatchObject({ samples: 1, skipped: [{ sample: 'broken', code: 'file_truncated' }] })
    expect(report.skipped[0]!.message).toContain('images/broken.png')
    expect(await readFile(join(out, 'gt_sets/val.txt'), 'utf8')).toBe('small\n')
    expect(JSON.parse(await readFile(join(out, 'predictions.json'), 'utf8'))).toMatchObject({ samples: 1 })
  })

  it('continues in its own folder and keeps what it listed', async () => {
    await predict(['small'])
    await predict(['large'])
    expect((await openDataset(out)).splits).toEqual({ train: ['large'], val: ['small'] })
  })

  it('refuses to write into the data set, also through a link, and over foreign files', async () => {
    await symlink(join(folder, 'data'), join(folder, 'link'))
    for (const target of ['data', 'data/out', 'link/out'])
      expect(await failure(predict(['small'], { out: join(folder, target) }))).toMatchObject({
        code: 'export_refused',
      })
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(['gt_sets', 'images'])
    await mkdir(out)
    await writeFile(join(out, 'mine.txt'), 'keep')
    expect((await failure(predict(['small']))).message).toContain('not empty')
    expect(await readdir(out)).toEqual(['mine.txt'])
    expect(await failure(predict(['small'], { out: join(out, 'mine.txt') }))).toMatchObject({
      code: 'export_refused',
    })
  })

  it('stops at a provider that is not there', async () => {
    expect(await failure(predict(['small', 'large'], { provider: 'tensorrt' }))).toMatchObject({
      code: 'provider_unavailable',
    })
  })

  it('stops when it is interrupted', async () => {
    const abort = new AbortController()
    const run = predict(['small', 'large', 'small', 'large'], {
      signal: abort.signal,
      progress: () => abort.abort(),
    })
    expect(await failure(run)).toMatchObject({ code: 'cancelled' })
  })
})
