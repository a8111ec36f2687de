import type { TaskView } from './types'

/** Values by name, not checked yet. */
export type Chosen = Readonly<Record<string, unknown>>

interface Common {
  readonly label: string
  /** Whether the choice matters, given the others and the task; always when left out. */
  readonly when?: (values: Chosen, task: TaskView) => boolean
}

/** A choice a tool or an operation offers. The panels make a row of it, commands use the value chosen last. */
export type Param = Common &
  (
    | {
        readonly kind: 'number'
        readonly initial: number
        readonly min: number
        readonly max: number
        readonly step: number
        readonly unit?: string
        /** Digits after the point that the field shows; 0 when left out. */
        readonly digits?: number
      }
    | {
        readonly kind: 'choice'
        readonly initial: string
        readonly options: readonly { readonly value: string; readonly label: string }[]
      }
    | { readonly kind: 'switch'; readonly initial: boolean }
  )

export type Params = Readonly<Record<string, Param>>
export type ParamValue = number | string | boolean

type ValueOf<P extends Param> = P extends { kind: 'choice'; options: readonly { value: infer V }[] }
  ? V
  : P extends { kind: 'number' }
    ? number
    : boolean
/** For `when`: the choice `name` has this value. */
export function only(name: string, value: string): (values: Chosen) => boolean {
  return (values) => values[name] === value
}

/** The values of a schema by name. */
export type ValuesOf<P extends Params> = { readonly [Name in keyof P]: ValueOf<P[Name]> }

/** What was chosen, kept inside the schema's limits; its initial values where nothing fits. */
export function readParams<const P extends Params>(
  params: P,
  chosen: Readonly<Record<string, unknown>>,
): ValuesOf<P> {
  const entries = Object.entries(params).map(([name, param]) => [name, readParam(param, chosen[name])])
  return Object.fromEntries(entries) as ValuesOf<P>
}

function readParam(param: Param, value: unknown): ParamValue {
  switch (param.kind) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
        ? Math.min(param.max, Math.max(param.min, value))
        : param.initial
    case 'choice':
      return param.options.find((option) => option.value === value)?.value ?? param.initial
    case 'switch':
      return typeof value === 'boolean' ? value : param.initial
  }
}
