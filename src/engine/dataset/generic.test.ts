import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { encodeNpy } from '../codecs/npy'
import { decodePng, encodePng, plainPng } from '../codecs/png'
import { readTile } from '../../shared/edit'
import { Project } from '../project/project'
import { openDataset } from './readers'

const SIZE = { width: 3, height: 2 }

async function put(root: string, file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true })
  await writeFile(join(root, file), bytes)
}
const grey = (...values: number[]): Promise<Uint8Array> =>
  encodePng(plainPng(SIZE, 'grey', 8, Uint8Array.from(values)))
const wide = (...values: number[]): Promise<Uint8Array> =>
  encodePng(plainPng(SIZE, 'grey', 16, Uint16Array.from(values)))

/** Two scenes with a label of every type, in encodings other than the NYUD ones. */
const JSON_TEXT = {
  images: { dir: 'rgb', ext: ['png', 'jpg'] },
  splits: null as unknown,
  tasks: [
    {
      id: 'semseg',
      type: 'seg',
      dir: 'labels/classes',
      ext: 'png',
      classes: ['road', 'sky', 'tree'],
      ignore: 9,
    },
    { id: 'depth', type: 'depth', dir: 'depth', ext: 'png', encoding: { scale: 2, unit: 'mm' } },
    { id: 'edge', type: 'edge', dir: 'edge', ext: 'npy' },
    { id: 'sal', type: 'sal', dir: 'sal', ext: 'png' },
  ] as Record<string, unknown>[],
}
async function makeGeneric(change: (json: typeof JSON_TEXT) => void = () => undefined): Promise<string> {
  const root = await temporaryFolder()
  const json = structuredClone(JSON_TEXT)
  change(json)
  await put(root, 'dataset.json', JSON.stringify(json))
  for (const id of ['train/s1/0', 'train/s1/1', 'val/s2/0'])
    await put(root, `rgb/${id}.png`, await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(18))))
  await put(root, 'labels/classes/train/s1/0.png', await grey(0, 1, 2, 9, 0, 0))
  await put(root, 'depth/train/s1/0.png', await wide(0, 1, 617, 60_000, 2, 3))
  const edge = Uint8Array.of(0, 1, 0, 1, 1, 0)
  await put(root, 'edge/train/s1/0.npy', encodeNpy({ dtype: 'b1', shape: [2, 3], data: edge }))
  await put(root, 'sal/train/s1/0.png', await grey(0, 255, 128, 0, 0, 0))
  return root
}

describe('a folder with dataset.json', () => {
  it('has nested ids, splits by folder and labels in their encodings', async () => {
    const dataset = await openDataset(await makeGeneric())
    await dataset.scan()
    expect(dataset.layout).toBe('generic')
    expect(dataset.problems).toEqual([])
    expect(dataset.splits).toEqual({ train: ['train/s1/0', 'train/s1/1'], val: ['val/s2/0'] })
    expect((await dataset.describe('train/s1/0')).labels).toEqual(['semseg', 'depth', 'edge', 'sal'])
    expect((await dataset.describe('val/s2/0')).labels).toEqual([])
    const read = async (task: 'semseg' | 'depth' | 'edge' | 'sal'): Promise<number[]> => [
      ...(await dataset.readLabel('train/s1/0', task)).data,
    ]
    expect(await read('semseg')).toEqual([0, 1, 2, 255, 0, 0])
    expect(await read('depth')).toEqual([0, 0.002, 1.234, 120, 0.004, 0.006].map(Math.fround))
    expect(await read('edge')).toEqual([0, 1, 0, 1, 1, 0])
    expect(await read('sal')).toEqual([0, 1, 128 / 255, 0, 0, 0].map(Math.fround))
  })

  it('writes labels back as they were, with one value changed', async () => {
    const dataset = await openDataset(await makeGeneric())
    const id = 'train/s1/0'
    const depth = await dataset.readLabel(id, 'depth')
    depth.data[4] = 7.3331
    const original = await dataset.readLabelFile(id, 'depth')
    const written = await dataset.encodeLabel(id, 'depth', depth, original)
    expect(await decodePng(written, 'x')).toMatchObject({
      depth: 16,
      data: Uint16Array.of(0, 1, 617, 60_000, 3667, 3),
    })
    expect(dataset.encodingTolerance(id, 'depth')).toBe(0.001)
    depth.data[4] = 500
    await expect(dataset.encodeLabel(id, 'depth', depth, original)).rejects.toMatchObject({
      code: 'value_out_of_range',
    })
    const classes = await dataset.readLabel(id, 'semseg')
    expect((await decodePng(await dataset.encodeLabel(id, 'semseg', classes), 'x')).data).toEqual(
      Uint8Array.of(0, 1, 2, 9, 0, 0),
    )
  })

  it('starts a label where there is none yet', async () => {
    const dataset = await openDataset(await makeGeneric())
    expect(dataset.hasLabel('val/s2/0', 'semseg')).toBe(false)
    expect([...(await dataset.readOrEmpty('val/s2/0', 'semseg')).map.data]).toEqual([
      255, 255, 255, 255, 255, 255,
    ])
    expect([...(await dataset.readOrEmpty('val/s2/0', 'depth')).map.data]).toEqual([0, 0, 0, 0, 0, 0])
    expect(dataset.writeFile('val/s2/0', 'semseg')).toBe('labels/classes/val/s2/0.png')
  })

  it('keeps corrections of ids with folders', async () => {
    const dataset = await openDataset(await makeGeneric())
    const project = await Project.open(dataset)
    const { map } = await project.read('val/s2/0', 'semseg')
    map.data[1] = 2
    const tiles = [{ tx: 0, ty: 0, bytes: readTile(map, { tx: 0, ty: 0 }) }]
    await project.edit('val/s2/0', {
      id: '1',
      label: 'x',
      maps: [{ task: 'semseg', baseRevision: 0, tiles }],
    })
    await project.close()
    const again = await Project.open(dataset)
    expect(again.correctedIds()).toEqual(['val/s2/0'])
    expect((await again.read('val/s2/0', 'semseg')).map).toEqual(map)
    await again.close()
  })

  it('takes splits from a folder of lists, from list files and from ids', async () => {
    const root = await makeGeneric((json) => (json.splits = 'lists'))
    await put(root, 'lists/test.txt', 'train/s1/0\r\nval/s2/0\r\n')
    const lists = await openDataset(root)
    expect(lists.splits).toEqual({ test: ['train/s1/0', 'val/s2/0'] })
    expect(lists.splitFile('test')).toBe('lists/test.txt')
    expect(lists.problems).toMatchObject([{ code: 'sample_missing' }])
    const named = await makeGeneric((json) => (json.splits = { a: 'a.txt', b: ['val/s2/0', '../x'] }))
    await put(named, 'a.txt', 'train/s1/1\n')
    const both = await openDataset(named)
    expect(both.splits).toEqual({ a: ['train/s1/1'], b: ['val/s2/0'] })
    expect([both.splitFile('a'), both.splitFile('b')]).toEqual(['a.txt', null])
    expect(both.problems[0]).toMatchObject({ sample: '../x', code: 'path_outside_root' })
  })

  it('is refused with the place that is wrong', async () => {
    const task = (change: Record<string, unknown>) => (json: typeof JSON_TEXT) => {
      Object.assign(json.tasks[0]!, change)
    }
    const cases: [(json: typeof JSON_TEXT) => void, RegExp][] = [
      [task({ dir: '../outside' }), /tasks\.0\.dir.*inside the folder/],
      [task({ dir: '/etc' }), /tasks\.0\.dir/],
      [task({ dir: 'a\\b' }), /tasks\.0\.dir/],
      [task({ classes: ['x'.repeat(100_000)] }), /tasks\.0\.classes\.0.*200 characters/],
      [task({ classes: ['a\u0007'] }), /tasks\.0\.classes\.0.*control characters/],
      [task({ classes: undefined }), /tasks\.0.*needs its classes/],
      [task({ palette: [[0, 0, 0]] }), /tasks\.0.*one colour/],
      [task({ type: 'depth' }), /tasks\.0.*type/],
      [task({ id: 'depth' }), /tasks/],
      [task({ secret: 1 }), /tasks\.0\.secret/],
      [task({ encoding: { scale: 0 } }), /tasks\.0\.encoding\.scale/],
      [(json) => (json.images.dir = 'a/../../b'), /images\.dir/],
      [(json) => json.tasks.push(json.tasks[1]!), /tasks.*twice/],
    ]
    for (const [change, message] of cases)
      await expect(openDataset(await makeGeneric(change))).rejects.toMatchObject({
        code: 'file_malformed',
        message: expect.stringMatching(message) as string,
      })
  })

  it('shows class names with markup as they are', async () => {
    const names = ['<img src=x onerror=alert(1)>', '"><script>', 'c']
    const dataset = await openDataset(await makeGeneric((json) => (json.tasks[0]!.classes = names)))
    expect(dataset.tasks[0]?.classes).toEqual(names)
  })

  it('refuses keys that change objects, text that is no JSON, and a link out of the folder', async () => {
    const root = await makeGeneric()
    await put(root, 'dataset.json', '{"images":{"dir":".","ext":"png"},"tasks":[],"__proto__":{"a":1}}')
    await expect(openDataset(root)).rejects.toMatchObject({
      code: 'file_malformed',
      message: expect.stringContaining('__proto__') as string,
    })
    await put(root, 'dataset.json', '{"images": {')
    await expect(openDataset(root)).rejects.toMatchObject({ code: 'file_malformed' })
    const outside = await makeGeneric()
    const linked = await temporaryFolder()
    await symlink(join(outside, 'dataset.json'), join(linked, 'dataset.json'))
    await expect(openDataset(linked)).rejects.toMatchObject({ code: 'path_outside_root' })
  })

  it('leaves a dataset.json of another program alone', async () => {
    const root = await temporaryFolder()
    await put(root, 'dataset.json', '{"name": "something else"}')
    await put(root, 'photo.png', await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(18))))
    expect((await openDataset(root)).layout).toBe('images')
  })
})

describe('a folder of photos', () => {
  it('opens with ids of folders below and no labels', async () => {
    const root = await temporaryFolder()
    const photo = await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(18)))
    for (const file of ['b.PNG', 'a.png', 'trip/one.png', '.hidden/x.png']) await put(root, file, photo)
    await put(root, 'notes.txt', 'x')
    await symlink('..', join(root, 'trip/up'))
    const dataset = await openDataset(root)
    await dataset.scan()
    expect(dataset.layout).toBe('images')
    expect(dataset.splits).toEqual({ all: ['a', 'b'], trip: ['trip/one'] })
    expect(dataset.tasks).toEqual([])
    expect(dataset.problems).toEqual([])
    expect(dataset.photoFile('b')).toBe('b.PNG')
    expect(await dataset.describe('trip/one')).toMatchObject({ ...SIZE, labels: [] })
  })

  it('names two photos with one id', async () => {
    const root = await temporaryFolder()
    const photo = await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(18)))
    for (const file of ['a.png', 'a.jpg']) await put(root, file, photo)
    const dataset = await openDataset(root)
    expect(dataset.splits).toEqual({ all: ['a'] })
    expect(dataset.problems).toMatchObject([{ sample: 'a', code: 'file_malformed' }])
  })

  it('is not what a data set without its lists is taken for', async () => {
    const root = await temporaryFolder()
    await put(root, 'images/a.png', await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(18))))
    await put(root, 'segmentation/a.png', await grey(0, 0, 0, 0, 0, 0))
    await expect(openDataset(root)).rejects.toMatchObject({
      code: 'not_a_dataset',
      message: expect.stringMatching(
        /generic: looked for dataset\.json.*nyudv2: looked for images\/\*\.png \(1 found\), gt_sets\/\*\.txt \(0 found\).*nyud_mt:.*images: .*segmentation found/,
      ) as string,
    })
  })
})
