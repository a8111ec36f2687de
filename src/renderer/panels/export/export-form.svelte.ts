import { problemFrom } from '../../../shared/errors'
import { DEFAULT_OPTIONS, type ExportOptions, type ExportPlan, type ExportWish } from '../../../shared/export'
import type { Editor } from '../../editor/editor.svelte'
import { FORMATS, SAME, type FormatCard } from './formats'

/** Typing pauses this long before the engine is asked what would be written. */
const ASK_AFTER_MS = 250

/** What the export dialog asks for, and what the engine says would be written. */
export class ExportForm {
  /** Null until one is chosen: as opened. */
  private chosen: string | null = $state(null)
  options: ExportOptions = $state({ ...DEFAULT_OPTIONS })
  onlyCorrected = $state(false)
  restart = $state(false)
  /** Typed by the user; null while the proposal stands. */
  private typed: string | null = $state(null)
  plan: ExportPlan | null = $state.raw(null)
  /** Why it cannot be written so. */
  refusal: string | null = $state(null)
  asking = $state(false)
  /** The export started from here. */
  job: string | null = $state(null)

  constructor(private readonly editor: Editor) {}

  get format(): FormatCard {
    return this.offered.find(({ id }) => id === this.chosen) ?? SAME
  }
  /** Every format; the data set's own layout is the first card. */
  get offered(): readonly FormatCard[] {
    return FORMATS.filter(({ id }) => id !== this.editor.dataset?.layout)
  }
  choose(id: string): void {
    this.chosen = id
  }

  /** Beside the data set until something else is typed. */
  get out(): string {
    const root = this.editor.dataset?.root
    return (
      this.typed ??
      (root === undefined ? '' : `${root}-${this.format === SAME ? 'corrected' : this.format.id}`)
    )
  }
  set out(path: string) {
    this.typed = path
  }

  get wish(): ExportWish {
    const { options, onlyCorrected, restart } = this
    return { out: this.out.trim(), format: this.format.id, onlyCorrected, options: { ...options }, restart }
  }

  /** Asks what would be written; returns the disposer. Reads what it depends on before it waits. */
  ask(): () => void {
    const { wish } = this
    if (wish.out === '') {
      this.plan = null
      this.refusal = null
      return () => undefined
    }
    const abort = new AbortController()
    const timer = setTimeout(() => void this.answer(wish, abort.signal), ASK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  private async answer(wish: ExportWish, signal: AbortSignal): Promise<void> {
    this.asking = true
    try {
      const plan = await this.editor.client.planExport(wish, signal)
      if (signal.aborted) return
      this.plan = plan
      this.refusal = null
    } catch (error) {
      if (signal.aborted) return
      this.plan = null
      this.refusal = problemFrom(error).message
    } finally {
      if (!signal.aborted) this.asking = false
    }
  }

  async start(): Promise<void> {
    const job = await this.editor.exportTo(this.wish)
    this.job = job?.id ?? null
  }
}
