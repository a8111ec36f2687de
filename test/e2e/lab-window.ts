import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { makeDataset } from '../support/make-dataset'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

/** One window for the tests of a file or of a group: rooms of a few pixels, and a tiny scale-aware model. */
export interface LabWindow {
  /** Deleted when the tests are through. */
  readonly folder: string
  readonly page: Page
}

/** Opens it before the tests, on the first of `samples`; `begin` is the rest of what comes before them. */
export function labWindow(
  begin: (page: Page) => Promise<unknown> = () => Promise.resolve(),
  samples: readonly string[] = ['0001'],
): LabWindow {
  const folder = temporaryFolder()
  let studio: Studio | null = null
  beforeAll(async () => {
    const rooms = join(folder.path, 'rooms')
    await makeDataset(rooms, { splits: { val: [...samples] }, width: 96, height: 72 })
    const model = join(root, 'test/fixtures/tiny-bundle')
    studio = await openStudio({ folder: rooms, model, home: folder.path })
    await studio.page.locator(`[data-sample="${samples[0]}"][data-ready="true"]`).first().waitFor()
    await begin(studio.page)
  })
  afterAll(async () => {
    await studio?.close()
    folder.remove()
  })
  return {
    folder: folder.path,
    get page() {
      if (!studio) throw new Error('the window is opened before the tests, not while they are collected')
      return studio.page
    },
  }
}

/** Goes to Attention and asks for the prediction. */
export async function predictInAttention(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Attention' }).click()
  await page.getByRole('button', { name: 'Predict this photo' }).click()
}
