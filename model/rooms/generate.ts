import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Catalogue } from './catalogue'
import { planRoom, ROOM_KINDS } from './layout/room'
import type { ModelSize } from './layout/placer'
import type { RoomSpec, RoomType } from './layout/spec'
import { hash } from './random'
import type { Split } from './split'
import { Studio } from './studio'
import { makeFolders, writeRoom } from './write-room'

const USAGE = `npx tsx model/rooms/generate.ts --out FOLDER --count N --seed S --split train|val|test
  [--height 425] [--width 560] [--first-id 1] [--set-name train|val] [--type living|bedroom|office|kitchen|bathroom|dining]
  [--seeds 12,40,...]  renders rooms 12, 40, ... of the seed instead of the first N`

/** A page is closed after this many rooms, which bounds the memory of cached models. */
const ROOMS_PER_PAGE = 1200

interface Options {
  out: string
  count: number
  seed: number
  split: Split
  height: number
  width: number
  firstId: number
  setName: string
  type: RoomType | undefined
  seeds: number[] | undefined
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      count: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      split: { type: 'string', default: 'train' },
      height: { type: 'string', default: '425' },
      width: { type: 'string', default: '560' },
      'first-id': { type: 'string', default: '1' },
      'set-name': { type: 'string' },
      type: { type: 'string' },
      seeds: { type: 'string' },
    },
  })
  const { split } = values
  if (!values.out || (split !== 'train' && split !== 'val' && split !== 'test')) throw new Error(USAGE)
  const seeds = values.seeds?.split(',').map(Number)
  return {
    out: values.out,
    count: seeds?.length ?? Number(values.count),
    seed: Number(values.seed),
    split,
    height: Number(values.height),
    width: Number(values.width),
    firstId: Number(values['first-id']),
    setName: values['set-name'] ?? (split === 'train' ? 'train' : 'val'),
    type: roomType(values.type),
    seeds,
  }
}

function roomType(name: string | undefined): RoomType | undefined {
  const type = (Object.keys(ROOM_KINDS) as RoomType[]).find((known) => known === name)
  if (name !== undefined && !type) throw new Error(`--type ${name} is not a room type.\n${USAGE}`)
  return type
}

async function main(): Promise<void> {
  const options = readOptions()
  const catalogue = new Catalogue()
  const sizeOf = (key: string): ModelSize => catalogue.model(key)
  makeFolders(options.out)
  const list = join(options.out, 'gt_sets', `${options.setName}.txt`)
  const done = new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n') : [])
  const studio = await Studio.open(catalogue, options)
  const start = Date.now()
  try {
    for (let i = 0; i < options.count; i++) {
      const id = String(options.firstId + i).padStart(4, '0')
      if (done.has(id)) continue
      if (i > 0 && i % ROOMS_PER_PAGE === 0) await studio.reload()
      const fov = await renderOne(studio, options, options.seeds?.[i] ?? i, id, sizeOf)
      appendFileSync(list, `${id}\n`)
      const rate = (i + 1) / ((Date.now() - start) / 1000)
      if ((i + 1) % 20 === 0)
        process.stderr.write(
          `${i + 1}/${options.count} rooms, ${rate.toFixed(2)} a second, last view ${((fov * 180) / Math.PI).toFixed(0)} degrees\n`,
        )
    }
  } finally {
    await studio.close()
  }
}

/** Renders room number `index` of the seed, trying further layouts while no view is good enough; returns its field of view. */
async function renderOne(
  studio: Studio,
  options: Options,
  index: number,
  id: string,
  sizeOf: (key: string) => ModelSize,
): Promise<number> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const room: RoomSpec = planRoom(
      hash(`${options.split} ${options.seed} ${index} ${attempt}`),
      options.split,
      sizeOf,
      options.type,
    )
    const result = await studio.render(room)
    if (!result) continue
    writeRoom(options.out, id, result.maps, result.camera.fov)
    return result.camera.fov
  }
  throw new Error(`Room ${index} of seed ${options.seed}: 40 layouts gave no good view. Use another seed.`)
}

await main()
