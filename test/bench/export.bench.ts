import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bench, describe } from 'vitest'
import { encodeNpy } from '../../src/engine/codecs/npy'
import { encodePng, plainPng } from '../../src/engine/codecs/png'
import { openDataset } from '../../src/engine/dataset/readers'
import { Project } from '../../src/engine/project/project'
import { readTile, TILE } from '../../src/shared/edit'
import { editMap } from '../support/edit-map'
import { pythonHas, pythonPath } from '../support/python'
import { COPIES_THE_UNCHANGED, SAVES_EVERY_LABEL } from './export-scripts'

/** As many as NYUD's validation split, all with corrected classes; a few are made, the others are links to them. */
const SAMPLES = 654
const MADE = 8
const [WIDTH, HEIGHT] = [560, 425]
const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mq-studio-bench-'))
const [source, out] = [join(folder, 'nyud'), join(folder, 'out')]
const ids = Array.from({ length: SAMPLES }, (_, index) => `s${index}`)

const regions = (seed: number): Uint8Array<ArrayBuffer> => {
  const data = new Uint8Array(WIDTH * HEIGHT)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
    data[i] =
      1 + ((Math.floor(x / (60 + seed * 5) + Math.sin((y + seed) / 19)) + Math.floor(y / 90) * 3 + 40) % 40)
  }
  return data
}
/** Smooth shading with sensor noise, which compresses about as badly as a photo. */
const photo = (seed: number): Uint8Array<ArrayBuffer> => {
  let state = seed + 1
  return Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return 120 + 60 * Math.sin(i / 3000 + seed) + (state >>> 28)
  })
}

async function makeSource(): Promise<void> {
  const folders = ['images', 'segmentation', 'depth', 'normals', 'edge', 'gt_sets']
  for (const name of folders) await mkdir(join(source, name), { recursive: true })
  await writeFile(join(source, 'gt_sets/val.txt'), ids.join('\n'))
  const size = { width: WIDTH, height: HEIGHT }
  for (const [index, id] of ids.entries()) {
    const twin = ids[index % MADE]!
    const files = [
      `images/${id}.png`,
      `segmentation/${id}.png`,
      `depth/${id}.npy`,
      `normals/${id}.png`,
      `edge/${id}.png`,
    ]
    if (index >= MADE) {
      for (const file of files)
        await link(join(source, file.replace(`/${id}.`, `/${twin}.`)), join(source, file))
      continue
    }
    const classes = regions(index)
    const depth = Float32Array.from(classes, (value, i) => 1 + value / 8 + (i % WIDTH) / 900)
    const contents = [
      await encodePng(plainPng(size, 'rgb', 8, photo(index))),
      await encodePng(plainPng(size, 'grey', 8, classes)),
      encodeNpy({ dtype: 'f4', shape: [HEIGHT, WIDTH], data: depth }),
      await encodePng(plainPng(size, 'rgb', 8, photo(index + 50))),
      await encodePng(
        plainPng(
          size,
          'grey',
          8,
          classes.map((value, i) => (value === classes[i + 1] ? 0 : 255)),
        ),
      ),
    ]
    for (const [at, file] of files.entries()) await writeFile(join(source, file), contents[at]!)
  }
}

/** Corrects the samples that were made and copies their corrections, and the maps for Python, to all. */
async function correctAll(): Promise<void> {
  const project = await Project.open(await openDataset(source))
  await mkdir(join(folder, 'corrected'))
  for (const [index, id] of ids.entries()) {
    const twin = ids[index % MADE]!
    const [own, other] = [id, twin].map((name) => join(source, '.mq-studio/corrections/semseg', name))
    const npy = join(folder, 'corrected', `${id}.npy`)
    if (index >= MADE) {
      if (index === MADE) await project.flush()
      for (const extension of ['jsonl', 'map']) await copyFile(`${other}.${extension}`, `${own}.${extension}`)
      await link(join(folder, 'corrected', `${twin}.npy`), npy)
      continue
    }
    const { map, revision } = await project.read(id, 'semseg')
    const tiles = [1, 2, 3].map((tx) => ({ tx, ty: 2, bytes: readTile(map, { tx, ty: 2 }).fill(index) }))
    await editMap(project, id, 'semseg', { baseRevision: revision, label: 'Paint', tiles })
    const { data } = (await project.read(id, 'semseg')).map
    await writeFile(npy, encodeNpy({ dtype: 'u1', shape: [HEIGHT, WIDTH], data }))
  }
  await project.close()
  if (WIDTH < 4 * TILE || HEIGHT < 3 * TILE) throw new Error('the painted tiles lie outside')
}

const canCompare = pythonHas('numpy', 'PIL')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
if (canCompare) {
  execFileSync(process.execPath, [join(root, 'bin/mq-studio.js'), '--version']) // Builds what is stale.
  await makeSource()
  await correctAll()
}

describe.skipIf(!canCompare)(`export of ${SAMPLES} samples with corrections, all cores`, () => {
  const options = { iterations: 3, time: 0, warmupIterations: 0, warmupTime: 0 }
  const emptied = async (run: () => void): Promise<void> => {
    await rm(out, { recursive: true, force: true })
    run()
  }
  bench(
    'ours, from the command line',
    () =>
      emptied(() => {
        const args = ['export', source, '--format', 'nyudv2', '--out', out]
        execFileSync(process.execPath, [join(root, 'bin/mq-studio.js'), ...args], {
          stdio: ['ignore', 'ignore', 'inherit'],
        })
      }),
    options,
  )
  const script = (name: string, code: string): void =>
    bench(
      name,
      () =>
        emptied(() => {
          execFileSync(pythonPath, ['-c', code, source, join(folder, 'corrected'), out], { stdio: 'ignore' })
        }),
      options,
    )
  script('Pillow and NumPy, every label saved', SAVES_EVERY_LABEL)
  script('Pillow and NumPy, unchanged files copied', COPIES_THE_UNCHANGED)
})
