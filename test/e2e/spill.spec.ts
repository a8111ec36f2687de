import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/engine/codecs/npy'
import { encodePng, plainPng } from '../../src/engine/codecs/png'
import { HISTORY_BYTES } from '../../src/renderer/editor/histories.svelte'
import { getMap } from './api'
import { differing, Hand } from './hand'
import { electronBinary, openStudio, temporaryFolder, type Studio } from './studio'

const SIZE = { width: 2000, height: 1500 }
const SAMPLE = '0001'
const MAP_BYTES = SIZE.width * SIZE.height * 4
/** As many whole maps as fit into half of the budget, above which steps go to disk, and a few more. */
const FILLS = Math.ceil(HISTORY_BYTES / 2 / MAP_BYTES) + 2

/** A folder of one large depth map of noise; a step that replaces all of it keeps all of its bytes. */
async function makeLargeDepth(folder: string): Promise<Float32Array<ArrayBuffer>> {
  for (const name of ['images', 'depth', 'gt_sets']) await mkdir(join(folder, name), { recursive: true })
  const { width, height } = SIZE
  let state = 1
  const data = Float32Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return 1 + state / 0x7fffffff
  })
  const grey = plainPng(SIZE, 'rgb', 8, new Uint8Array(width * height * 3).fill(128))
  await writeFile(join(folder, 'images', `${SAMPLE}.png`), await encodePng(grey))
  await writeFile(
    join(folder, 'depth', `${SAMPLE}.npy`),
    encodeNpy({ dtype: 'f4', shape: [height, width], data }),
  )
  await writeFile(join(folder, 'gt_sets', 'val.txt'), `${SAMPLE}\n`)
  return data
}

describe.skipIf(electronBinary() !== null)('more undo than memory holds', () => {
  const folder = temporaryFolder()
  let studio: Studio
  let first: Float32Array<ArrayBuffer>

  beforeAll(async () => {
    const rooms = join(folder.path, 'rooms')
    first = await makeLargeDepth(rooms)
    studio = await openStudio({ folder: rooms, home: folder.path, width: 1600, height: 1600 })
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  /** Steps of undo in the browser's storage. */
  const spilled = (): Promise<number> =>
    studio.page.evaluate(async () => {
      const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? [])
      const name = names.find((one) => one.startsWith('mq-history-'))
      if (name === undefined) return 0
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(new Error(`no ${name}`))
        })
      const database = await done(indexedDB.open(name))
      if (!database.objectStoreNames.contains('steps')) return 0
      const steps = await done(database.transaction('steps').objectStore('steps').count())
      database.close()
      return steps
    })
  const steps = (text: string): Promise<void> =>
    studio.page.getByLabel('History').locator('.aside').filter({ hasText: text }).waitFor()

  it('moves old steps to disk and takes everything back, to the first bytes', async () => {
    const { page } = studio
    const hand = new Hand(page, SIZE)
    await page.keyboard.press('g')
    await hand.open(SAMPLE, 'Depth')
    await page.keyboard.press('b')
    const opened = await getMap(page, SAMPLE, 'depth', 'corrected')
    for (let at = 0; at < FILLS; at++) {
      await hand.number('Value to paint', 2.5 + at / 10)
      await page.keyboard.press('Alt+Backspace')
      await steps(`${at + 1} of ${at + 1}`)
      await hand.saved()
    }
    await expect.poll(spilled, { timeout: 20_000 }).toBeGreaterThan(0)
    const last = await getMap(page, SAMPLE, 'depth', 'corrected')
    expect(new Set(last.data)).toEqual(new Set([Math.fround(2.5 + (FILLS - 1) / 10)]))
    for (let at = FILLS; at > 0; at--) {
      await page.keyboard.press('Control+z')
      await steps(`${at - 1} of ${FILLS}`)
    }
    await hand.saved()
    const back = await getMap(page, SAMPLE, 'depth', 'corrected')
    expect(differing(opened, back).length).toBe(0)
    expect(back.data.every((value, at) => value === first[at])).toBe(true)
  })
})
