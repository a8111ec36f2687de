import { readParams, type Params, type ParamValue, type ValuesOf } from './params'
import type { Settings } from './settings'

type Chosen = Readonly<Record<string, unknown>>

/** The values chosen for the parameters of tools and operations, remembered by owner ("tool.wand", "op.grow"). */
export class Choices {
  #byOwner: Readonly<Record<string, Chosen>> = $state.raw({})

  constructor(private readonly settings: Settings) {}

  of<const P extends Params>(owner: string, params: P): ValuesOf<P> {
    return readParams(params, this.#chosen(owner))
  }

  set(owner: string, name: string, value: ParamValue): void {
    const next = { ...this.#chosen(owner), [name]: value }
    this.#byOwner = { ...this.#byOwner, [owner]: next }
    this.settings.set(`params.${owner}`, next)
  }

  #chosen(owner: string): Chosen {
    const kept = this.#byOwner[owner] ?? this.settings.get(`params.${owner}`)
    return typeof kept === 'object' && kept !== null ? { ...kept } : {}
  }
}
