import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { makeFolder, writeAtomic } from './atomic-write'

it('makes folders, is content with one that is there, and names what stands in the way', async () => {
  const root = await temporaryFolder()
  for (let again = 0; again < 2; again++) await makeFolder(join(root, 'a/b/c'))
  expect(await readdir(join(root, 'a/b'))).toEqual(['c'])
  await writeFile(join(root, 'file'), '')
  const path = join(root, 'file/inside')
  await expect(makeFolder(path)).rejects.toMatchObject({
    code: 'write_failed',
    message: expect.stringMatching(/inside could not be written \(ENOTDIR/) as string,
  })
})

it('leaves nothing beside a file that could not be replaced', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'taken/child'), { recursive: true })
  await expect(writeAtomic(join(root, 'taken'), 'new')).rejects.toMatchObject({ code: 'write_failed' })
  expect(await readdir(root)).toEqual(['taken'])
})
