import fc from 'fast-check'
import { copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { python, pythonFile, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { cloneMap, createMap, emptyMap, type DenseMap } from '../../shared/maps'
import { partClasses } from '../../shared/pascal'
import type { Dataset } from './dataset'
import { openDataset } from './readers'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../test/fixtures/${name}`, import.meta.url))
const LOADER = fixture('pascal-loader.py')
const MAKER = fixture('make-layouts.py')
const IDS = ['2008_000001', '2008_000002', '2008_000003'] as const
const [NOBODY, ONE, TWO] = IDS
const TASKS = ['semseg', 'human_parts', 'sal', 'normals', 'edge'] as const
type Loaded = Record<string, Record<string, number[]>>

/** What the training code would read, by an independent loader. */
function load(root: string, ...tasks: string[]): Loaded {
  return JSON.parse(pythonFile(LOADER, root, tasks.join(','), ...IDS)) as Loaded
}

async function encoded(
  dataset: Dataset,
  id: string,
  task: (typeof TASKS)[number],
  map: DenseMap,
): Promise<Uint8Array> {
  return dataset.encodeLabel(id, task, map, await dataset.readLabelFile(id, task))
}

describe.skipIf(!pythonHas('PIL', 'scipy', 'skimage'))(
  'PASCALContext (skipped without python3, Pillow, scipy, skimage)',
  () => {
    let root: string
    beforeAll(async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'mq-studio-pascal-')))
      pythonFile(MAKER, folder, '--layouts', 'pascal', '--width', '60', '--height', '44')
      root = join(folder, 'pascal')
      return () => rm(folder, { recursive: true })
    })

    /** The folder's own copy for a test that changes it. */
    async function copy(): Promise<string> {
      const target = join(await temporaryFolder(), 'PASCALContext')
      await cp(root, target, { recursive: true })
      return target
    }

    it('is recognised and read as its training code reads it', async () => {
      const dataset = await openDataset(root)
      expect(dataset.layout).toBe('pascal')
      expect(dataset.tasks.map(({ id }) => id)).toEqual(TASKS)
      expect(dataset.splits).toEqual({ train: [NOBODY, ONE], val: [TWO] })
      expect(dataset.note).toContain('edge_override')
      expect(dataset.problems.map(({ file }) => file)).toEqual(['normals_distill'])
      await dataset.scan()
      expect(dataset.problemCount).toBe(1)
      expect(await dataset.describe(ONE)).toMatchObject({
        width: 60,
        height: 44,
        labels: [...TASKS],
        problems: [],
      })
      expect(dataset.labelFile(NOBODY, 'semseg')).toBe(`semseg/VOC12/${NOBODY}.png`)
      expect(dataset.labelFile(ONE, 'semseg')).toBe(`semseg/pascal-context/${ONE}.png`)
      const expected = load(root, 'semseg', 'human_parts6', 'sal', 'normals', 'edge')
      for (const id of IDS)
        for (const task of TASKS) {
          const map = await dataset.readLabel(id, task)
          expect([map.width, map.height]).toEqual([60, 44])
          expect(map.data, `${id} ${task}`).toEqual(
            (map.kind === 'class' ? Uint8Array : Float32Array).from(
              expected[id]![task === 'human_parts' ? 'human_parts6' : task]!,
            ),
          )
        }
      expect(new Set(expected[NOBODY]!.human_parts6)).toEqual(new Set([255]))
      expect(new Set(expected[TWO]!.human_parts6)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]))
    })

    it('maps persons to 1, 4 and 14 parts as pascal.json says', async () => {
      const other = await copy()
      const expected = load(root, 'human_parts1', 'human_parts4', 'human_parts14')
      for (const variant of [1, 4, 14] as const) {
        await writeFile(join(other, 'pascal.json'), JSON.stringify({ humanParts: variant }))
        const dataset = await openDataset(other)
        expect(dataset.tasks.find(({ id }) => id === 'human_parts')?.classes).toEqual(partClasses(variant))
        for (const id of IDS)
          expect([...(await dataset.readLabel(id, 'human_parts')).data]).toEqual(
            expected[id]![`human_parts${variant}`],
          )
      }
      await writeFile(join(other, 'pascal.json'), '{"humanParts": 7}')
      expect((await openDataset(other)).problems[0]).toMatchObject({
        file: 'pascal.json',
        code: 'file_malformed',
      })
    })

    it('hides normals where the lists of classes say so, and keeps their bytes', async () => {
      const other = await copy()
      await mkdir(join(other, 'db_info'))
      const numbers = { chair: 72, person: 308, sofa: 347, tvmonitor: 427, wall: 440, floor: 158 }
      await writeFile(join(other, 'db_info/context_classes.json'), JSON.stringify(numbers))
      await writeFile(join(other, 'db_info/nyu_classes.json'), '["wall", "sofa", "bed", "__proto__"]')
      const dataset = await openDataset(other)
      expect(dataset.problems).toEqual([])
      const expected = load(other, 'normals')
      for (const id of IDS)
        expect((await dataset.readLabel(id, 'normals')).data).toEqual(
          Float32Array.from(expected[id]!.normals!),
        )
      const map = await dataset.readLabel(ONE, 'normals')
      const seen =
        map.data.findIndex((value) => value !== 0) - (map.data.findIndex((value) => value !== 0) % 3)
      map.data.set([0, 1, 0], seen)
      await writeFile(join(other, `normals_distill/${ONE}.png`), await encoded(dataset, ONE, 'normals', map))
      const changed = python(
        `import sys, numpy as np
from PIL import Image
a, b = [np.array(Image.open(f'{d}/normals_distill/${ONE}.png')) for d in sys.argv[1:]]
print(np.argwhere((a != b).any(-1)).tolist(), b[tuple(np.argwhere((a != b).any(-1))[0])].tolist())`,
        root,
        other,
      )
      const [row, column] = [Math.floor(seen / 3 / 60), (seen / 3) % 60]
      expect(changed.trim()).toBe(`[[${row}, ${column}]] [128, 255, 128]`)
      const hidden = cloneMap(map)
      hidden.data.set([0, 1, 0], 3 * labelAt(expected[ONE]!.normals!))
      await expect(encoded(dataset, ONE, 'normals', hidden)).rejects.toMatchObject({
        code: 'value_out_of_range',
      })
      // A prediction has normals everywhere and is stored whole.
      expect((await dataset.encodeLabel(ONE, 'normals', hidden, null)).length).toBeGreaterThan(60)
    })

    it('exports corrected boundaries beside the LabelMap, which it refuses to write, and reads them first', async () => {
      const other = await copy()
      const dataset = await openDataset(other)
      expect(dataset.labelFile(ONE, 'edge')).toBe(`pascal-context/trainval/${ONE}.mat`)
      expect(dataset.writeFile(ONE, 'edge')).toBe(`edge_override/${ONE}.png`)
      const map = await dataset.readLabel(ONE, 'edge')
      map.data[5] = 1 - map.data[5]!
      const bytes = await dataset.encodeLabel(ONE, 'edge', map, null)
      await mkdir(join(other, 'edge_override'))
      await writeFile(join(other, `edge_override/${ONE}.png`), bytes)
      const again = await openDataset(other)
      expect(again.labelFile(ONE, 'edge')).toBe(`edge_override/${ONE}.png`)
      expect(await again.readLabel(ONE, 'edge')).toEqual(map)
      expect(again.labelFile(TWO, 'edge')).toBe(`pascal-context/trainval/${TWO}.mat`)
    })

    it('keeps the palette of VOC labels and the bytes of saliency that stay on their side', async () => {
      const dataset = await openDataset(root)
      const semseg = await dataset.readLabel(NOBODY, 'semseg')
      semseg.data[0] = 20
      const sal = await dataset.readLabel(ONE, 'sal')
      sal.data[0] = 1
      const folder = await temporaryFolder()
      await writeFile(join(folder, 'semseg.png'), await encoded(dataset, NOBODY, 'semseg', semseg))
      await writeFile(join(folder, 'sal.png'), await encoded(dataset, ONE, 'sal', sal))
      const report = python(
        `import sys, numpy as np
from PIL import Image
for old, new in zip(sys.argv[2:4], ['semseg.png', 'sal.png']):
    a, b = Image.open(old), Image.open(sys.argv[1] + '/' + new)
    d = np.argwhere(np.array(a) != np.array(b)).tolist()
    print(a.mode == b.mode, a.getpalette() == b.getpalette(), d, np.array(b)[0, 0])`,
        folder,
        join(root, dataset.labelFile(NOBODY, 'semseg')),
        join(root, dataset.labelFile(ONE, 'sal')),
      )
      expect(report.trim().split('\n')).toEqual(['True True [[0, 0]] 20', 'True True [[0, 0]] 255'])
    })

    it('writes part masks that give the corrected map to the training code and leaves other objects alone', async () => {
      const other = await copy()
      const dataset = await openDataset(root)
      const wanted: Record<string, number[]> = {}
      for (const [id, seed] of [
        [ONE, 1],
        [TWO, 2],
        [NOBODY, 3],
      ] as const) {
        const map = await dataset.readLabel(id, 'human_parts')
        if (id === NOBODY) map.data.fill(0)
        for (let i = 0; i < 60; i++) map.data[(seed * 7919 + i * 4243) % map.data.length] = (i * seed) % 7
        wanted[id] = [...map.data]
        const bytes = await encoded(dataset, id, 'human_parts', map)
        expect(
          (await dataset.decodeLabel(id, 'human_parts', bytes, dataset.labelFile(id, 'human_parts'))).data,
        ).toEqual(map.data)
        await writeFile(join(other, `human_parts/${id}.mat`), bytes)
      }
      const read = load(other, 'human_parts6')
      for (const id of IDS) expect(read[id]!.human_parts6, id).toEqual(wanted[id])
      const same = python(
        `import sys, numpy as np, scipy.io as sio
def objects(d, i): return sio.loadmat(f'{d}/human_parts/{i}.mat')['anno'][0][0][1][0]
for i in sys.argv[3:]:
    a, b = objects(sys.argv[1], i), objects(sys.argv[2], i)
    for p, q in zip(a, b):
        eq = [x.dtype == y.dtype and x.shape == y.shape for x, y in zip(p, q)]
        print(p[0][0], p[0][0] == q[0][0], (p[1] == q[1]).all(), p[2].dtype == q[2].dtype, p[0][0] == 'person' or ((p[2] == q[2]).all() and eq[3]))`,
        root,
        other,
        ...IDS,
      )
      expect(same.trim().split('\n')).toEqual([
        'sofa True True True True',
        'sofa True True True True',
        'person True True True True',
        'sofa True True True True',
        'person True True True True',
        'person True True True True',
      ])
    })

    it('changes exactly the edited pixels of part maps, whatever they are', async () => {
      const dataset = await openDataset(root)
      const file = dataset.labelFile(TWO, 'human_parts')
      const original = await readFile(join(root, file))
      const before = await dataset.readLabel(TWO, 'human_parts')
      const edits = fc.array(fc.tuple(fc.nat(before.data.length - 1), fc.nat(6)), { maxLength: 40 })
      await fc.assert(
        fc.asyncProperty(edits, async (pixels) => {
          const map = cloneMap(before)
          for (const [at, value] of pixels) map.data[at] = value
          const bytes = await dataset.encodeLabel(TWO, 'human_parts', map, Uint8Array.from(original))
          expect((await dataset.decodeLabel(TWO, 'human_parts', bytes, file)).data).toEqual(map.data)
        }),
        { numRuns: 30 },
      )
      expect(await dataset.encodeLabel(TWO, 'human_parts', before, Uint8Array.from(original))).toEqual(
        Uint8Array.from(original),
      )
    })

    it('refuses what part masks cannot say, and makes annotations from nothing', async () => {
      const dataset = await openDataset(root)
      const map = await dataset.readLabel(ONE, 'human_parts')
      map.data[3] = 255
      await expect(encoded(dataset, ONE, 'human_parts', map)).rejects.toMatchObject({
        code: 'value_out_of_range',
        message: expect.stringContaining('(3, 0)') as string,
      })
      const file = dataset.labelFile(ONE, 'human_parts')
      const empty = emptyMap('class', 60, 44)
      const nobody = await dataset.encodeLabel(ONE, 'human_parts', empty, null)
      expect((await dataset.decodeLabel(ONE, 'human_parts', nobody, file)).data).toEqual(empty.data)
      const drawn = createMap('class', 60, 44)
      drawn.data.fill(2, 100, 130)
      for (const start of [null, Uint8Array.from(nobody)]) {
        const bytes = await dataset.encodeLabel(ONE, 'human_parts', drawn, start)
        expect((await dataset.decodeLabel(ONE, 'human_parts', bytes, file)).data).toEqual(drawn.data)
      }
    })

    it('names damaged files and keeps the rest', async () => {
      const other = await copy()
      await writeFile(join(other, `human_parts/${ONE}.mat`), 'no annotation')
      await copyFile(join(other, `pascal-context/trainval/${TWO}.mat`), join(other, `human_parts/${TWO}.mat`))
      await rm(join(other, `sal_distill/${ONE}.png`))
      const dataset = await openDataset(other)
      await dataset.scan()
      expect(dataset.problems.slice(1).map(({ file, code }) => [file, code])).toEqual([
        [`human_parts/${ONE}.mat`, 'file_truncated'],
        [`sal_distill/${ONE}.png`, 'file_missing'],
        [`human_parts/${TWO}.mat`, 'file_malformed'],
      ])
      expect((await dataset.readLabel(NOBODY, 'semseg')).width).toBe(60)
    })
  },
)

/** The first pixel whose vector is zero. */
function labelAt(normals: readonly number[]): number {
  for (let i = 0; i < normals.length; i += 3)
    if (!normals[i] && !normals[i + 1] && !normals[i + 2]) return i / 3
  return -1
}
