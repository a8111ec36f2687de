import { readdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support/temporary'
import { Thumbnails } from './thumbnails'

it('keeps thumbnails on disk and makes one anew that is incomplete', async () => {
  const [cache, home] = [await temporaryFolder(), await temporaryFolder()]
  const path = join(home, 'a.png')
  await writeFile(
    path,
    await sharp({ create: { width: 400, height: 300, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  )
  const { signal } = new AbortController()
  const made = await new Thumbnails(cache).read(path, 'a', '"1"', signal)
  expect((await sharp(made).metadata()).width).toBe(192)
  const [file] = (await readdir(cache, { recursive: true })).filter((name) => name.endsWith('.webp'))
  await utimes(path, 0, 0)
  await writeFile(path, 'no longer a photo')
  expect(await new Thumbnails(cache).read(path, 'a', '"1"', signal)).toEqual(made)
  await truncate(join(cache, file!), 50)
  await expect(new Thumbnails(cache).read(path, 'a', '"1"', signal)).rejects.toMatchObject({
    code: 'file_malformed',
  })
})

it('leaves out what is no longer wanted', async () => {
  const [cache, home] = [await temporaryFolder(), await temporaryFolder()]
  const path = join(home, 'a.png')
  await writeFile(
    path,
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  )
  const thumbnails = new Thumbnails(cache)
  const scrolledAway = new AbortController()
  const wanted = [1, 2, 4].map((tag) => thumbnails.read(path, 'a', `${tag}`, new AbortController().signal))
  const left = thumbnails.read(path, 'a', '3', scrolledAway.signal)
  scrolledAway.abort()
  await expect(left).rejects.toMatchObject({ code: 'cancelled' })
  expect(await Promise.all(wanted)).toHaveLength(3)
})
