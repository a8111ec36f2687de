import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { JournalFile } from './journal-file'

it.skipIf(process.platform === 'win32')(
  'has every record whole on disk before it says that it was appended',
  async () => {
    const path = join(await temporaryFolder(), 'journal')
    const handle = await open(join(await temporaryFolder(), 'other'), 'w')
    await handle.close()
    // All handles share it: what each file holds at the moment it is flushed.
    const shared = Object.getPrototypeOf(handle) as typeof handle
    const flushed: string[] = []
    const sync = vi.spyOn(shared, 'sync').mockImplementation(async function (this: typeof handle) {
      flushed.push(await readFile(path, 'utf8'))
      await this.datasync()
    })
    try {
      const journal = new JournalFile(path, 0, false)
      await journal.append('one\n')
      // The file, and then the folder that names it.
      expect(flushed).toEqual(['one\n', 'one\n'])
      await journal.append('two\n')
      expect(flushed.slice(2)).toEqual(['one\ntwo\n'])
    } finally {
      sync.mockRestore()
    }
  },
)
