import type { Locator, Page } from 'playwright-core'
import type { DenseMap } from '../../src/shared/maps'
import type { Size } from '../../src/shared/space'
import { getMap } from './api'

/** Empty space around a photo that is fitted into its pane, in CSS pixels. */
const MARGIN = 32

/** A user's hand on the window with one pane, the photo fitted into it. Places are in pixels of the photo. */
export class Hand {
  constructor(
    readonly page: Page,
    readonly size: Size,
  ) {}

  readonly pane = (): Locator => this.page.locator('[data-testid="pane"]').first()

  /** Opens a sample by its row in the filmstrip and turns to a task, in a single fitted pane. */
  async open(sample: string, task: string): Promise<void> {
    await this.page.getByRole('option', { name: sample }).click()
    await this.task(task, sample)
    await this.page.keyboard.press('f')
  }
  async task(label: string, sample?: string): Promise<void> {
    await this.page
      .getByRole('group', { name: 'Tasks', exact: true })
      .getByRole('button', { name: label, exact: true })
      .click()
    const which = sample === undefined ? '' : `[data-sample="${sample}"]`
    await this.page.locator(`[data-testid="pane"]${which}[data-ready="true"]`).first().waitFor()
  }
  async at(x: number, y: number): Promise<[number, number]> {
    const box = await this.pane().boundingBox()
    if (!box) throw new Error('the canvas is not on the screen')
    const { width, height } = this.size
    const scale = Math.min((box.width - MARGIN) / width, (box.height - MARGIN) / height)
    return [
      box.x + box.width / 2 + (x - width / 2) * scale,
      box.y + box.height / 2 + (y - height / 2) * scale,
    ]
  }
  async drag(from: [number, number], to: [number, number]): Promise<void> {
    await this.page.mouse.move(...(await this.at(...from)))
    await this.page.mouse.down()
    await this.page.mouse.move(...(await this.at(...to)), { steps: 12 })
    await this.page.mouse.up()
  }
  async chooseClass(name: string): Promise<void> {
    await this.page.locator('.picker').click()
    await this.page.getByPlaceholder('Find a class').fill(name)
    await this.page.keyboard.press('Enter')
  }
  /** Commits a number into a field, which gives the keys back to the canvas. */
  async number(label: string, value: number): Promise<void> {
    const field = this.page.getByRole('spinbutton', { name: label })
    await field.fill(String(value))
    await field.press('Enter')
  }
  /** Waits until what was done last is with the engine. */
  async saved(): Promise<void> {
    await this.page.waitForTimeout(150)
    await this.page.locator('[data-save="saved"]').waitFor()
  }
  /** The corrected map after `act` has been saved. */
  async after(sample: string, task: string, act: () => Promise<void>): Promise<DenseMap> {
    await act()
    await this.saved()
    return getMap(this.page, sample, task, 'corrected')
  }
  async undo(): Promise<void> {
    await this.page.keyboard.press('Control+z')
    await this.saved()
  }
}

/** The pixels in which two maps of one channel and one size differ. */
export function differing(before: DenseMap, after: DenseMap): number[] {
  return [...before.data.keys()].filter((at) => before.data[at] !== after.data[at])
}

/** Exports the open folder as it is to a new one and waits until every file was read back. */
export async function exportTo(page: Page, folder: string): Promise<void> {
  await page.keyboard.press('Control+e')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill(folder)
  await dialog.getByRole('button', { name: /^export/i }).click()
  await page
    .getByLabel('Jobs')
    .getByText(/matches/i)
    .first()
    .waitFor()
}
