import * as v from 'valibot'
import { AppError } from '../../../shared/errors'
import {
  interventionSchema,
  interventionsSchema,
  type CutMode,
  type Intervention,
} from '../../../shared/lab/intervention'
import { interventionFile, parseInterventionFile } from '../../../shared/lab/intervention-file'
import type { TaskId } from '../../../shared/tasks'
import type { Settings } from '../settings'
import { nameOf, targetOf, type Change, type LinkAddress, type Strides } from './changes'
import { UndoableList } from './undoable-list.svelte'

/** Queries of one task and scale. */
export interface QueriesAddress {
  readonly task: TaskId
  readonly scale: number
  readonly queries: readonly number[]
}

/**
 * The named list of what is changed inside the model. Each change of the list is one step of its own undo. Every model has
 * its own list, which outlives the window.
 */
export class Interventions extends UndoableList<Intervention> {
  /** How new cuts are made; whole heads are always removed. */
  mode: CutMode = $state('renormalise')
  #made = 0
  /** Hash of the model the list belongs to; null = none is open. */
  #model: string | null = null

  constructor(
    private readonly strides: () => Strides,
    private readonly settings: Settings,
  ) {
    super()
  }

  /** Turns to the list that was kept for a model; steps of another model's list cannot be undone any more. */
  follow(model: string | null): void {
    if (model === this.#model) return
    this.#model = model
    const kept = v.safeParse(interventionsSchema, model && this.settings.get(settingOf(model)))
    this.restart(kept.success ? kept.output : [])
  }

  get(id: string): Intervention | undefined {
    return this.items.find((item) => item.id === id)
  }

  /** Adds a change under its usual name, switched on; returns its id. */
  add(change: Change): string {
    const name = nameOf(change, this.strides())
    const id = this.#freshId()
    this.change([...this.items, parsed({ ...change, id, name, enabled: true })], verb(change) + name)
    return id
  }

  /** Cuts a link; one that is cut already in just this way is whole again, one that is scaled or off is cut. */
  toggle(link: LinkAddress): void {
    this.#toggle({ ...link, factor: 0, mode: this.mode })
  }
  /** Mutes queries for all that read them, or lets them be heard again. */
  toggleQueries({ task, scale, queries }: QueriesAddress): void {
    this.#toggle({ kind: 'query', task, scale, queries: [...queries], factor: 0, mode: this.mode })
  }
  /** The switched-on entry that mutes just these queries. */
  findQueries({ task, scale, queries }: QueriesAddress): Intervention | undefined {
    const wanted = targetOf({ kind: 'query', task, scale, queries: [...queries], factor: 0, mode: this.mode })
    return this.active.find((item) => targetOf(item) === wanted && 'factor' in item && item.factor === 0)
  }

  #toggle(change: Extract<Change, { factor: number }>): void {
    const target = targetOf(change)
    const same = this.items.find((item) => targetOf(item) === target)
    if (!same) this.add(change)
    else if (same.enabled && 'factor' in same && same.factor === 0) this.remove(same.id)
    else this.#update(same.id, `Cut ${same.name}`, { factor: 0, enabled: true })
  }

  /** Puts another change in an entry's place; a name that was the usual one follows it. */
  replace(id: string, change: Change): void {
    const item = this.get(id)
    if (!item) return
    const usual = nameOf(item, this.strides()) === item.name
    const name = usual ? nameOf(change, this.strides()) : item.name
    this.#update(id, `Edit ${item.name}`, { ...change, name })
  }

  /** 0 cuts, 1 leaves as it is, 2 doubles. A slider that is dragged is one step. */
  setFactor(id: string, factor: number): void {
    const rounded = Math.round(Math.min(2, Math.max(0, factor)) * 100) / 100
    this.#update(id, `Scale ${this.get(id)?.name ?? ''}`, { factor: rounded }, 'factor')
  }
  setEnabled(id: string, enabled: boolean): void {
    this.#update(id, `${enabled ? 'Switch on' : 'Switch off'} ${this.get(id)?.name ?? ''}`, { enabled })
  }
  rename(id: string, name: string): void {
    const trimmed = name.trim().slice(0, 200)
    if (trimmed !== '') this.#update(id, `Rename ${this.get(id)?.name ?? ''}`, { name: trimmed })
  }
  remove(id: string): void {
    this.change(
      this.items.filter((item) => item.id !== id),
      `Take away ${this.get(id)?.name ?? ''}`,
    )
  }
  /** Moves an entry `by` places down the list; it stops at the ends. */
  move(id: string, by: number): void {
    const from = this.items.findIndex((item) => item.id === id)
    const item = this.items[from]
    if (!item) return
    const next = this.items.filter((other) => other !== item)
    next.splice(Math.min(next.length, Math.max(0, from + by)), 0, item)
    this.change(next, `Move ${item.name}`)
  }
  switchAll(enabled: boolean): void {
    const next = this.items.map((item) => (item.enabled === enabled ? item : parsed({ ...item, enabled })))
    this.change(next, enabled ? 'Switch all on' : 'Switch all off')
  }
  clear(): void {
    this.change([], 'Take all away')
  }

  /** The list as a file that `read` and the command line take. */
  toFile(model: string | null): string {
    return interventionFile(this.items, model)
  }

  /** Puts the entries of a file behind those that are here, in one step. Throws `file_malformed` and leaves the list alone. */
  read(text: string, file: string): void {
    const saved = parseInterventionFile(text, file)
    const ids = new Set(this.items.map(({ id }) => id))
    const added = saved.map((item) => {
      const id = ids.has(item.id) ? this.#freshId() : item.id
      ids.add(id)
      return { ...item, id }
    })
    if (this.items.length + added.length > 1000)
      throw new AppError('file_too_large', `${file} would make more than 1000 interventions`)
    this.change([...this.items, ...added], `Load ${file}`)
  }

  protected override changed(): void {
    if (this.#model !== null) this.settings.set(settingOf(this.#model), this.items)
  }

  #update(id: string, label: string, change: object, group: string | null = null): void {
    const next = this.items.map((item) => {
      if (item.id !== id) return item
      const changed = parsed({ ...item, ...change })
      return JSON.stringify(changed) === JSON.stringify(item) ? item : changed
    })
    this.change(next, label, group && `${group}/${id}`)
  }

  #freshId(): string {
    const taken = new Set(this.items.map(({ id }) => id))
    do this.#made++
    while (taken.has(`change-${this.#made}`))
    return `change-${this.#made}`
  }
}

function settingOf(model: string): string {
  return `interventions.${model}`
}

function parsed(item: unknown): Intervention {
  return v.parse(interventionSchema, item)
}

function verb(change: Change): string {
  if (!('factor' in change)) return change.kind === 'swap' ? 'Swap in ' : 'Replace by '
  return change.factor === 0 ? (change.kind === 'query' ? 'Mute ' : 'Cut ') : 'Scale '
}
