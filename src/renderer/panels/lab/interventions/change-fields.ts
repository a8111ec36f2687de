import { assertNever } from '../../../../shared/errors'
import type { CutMode } from '../../../../shared/lab/intervention'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { Change, Strides } from '../../../editor/lab/changes'

/** What the fields of a change are chosen from. */
export interface FieldContext {
  readonly tasks: readonly TaskId[]
  readonly strides: Strides
  readonly heads: number
  /** Queries of one task and scale. */
  readonly queries: number
  readonly splits: readonly string[]
  /** Ids of images whose queries can be swapped in; not all of them need to be listed. */
  readonly samples: readonly string[]
  /** What the bundle allows (`lab/capability.ts`). */
  readonly gates: boolean
  readonly decoderCuts: boolean
}

interface FieldBase {
  readonly label: string
  /** The field's full name, for screen readers. */
  readonly hint: string
  readonly value: string
}
/** One of several; options are named by their place. */
export interface ChoiceField extends FieldBase {
  readonly options: readonly { readonly value: string; readonly label: string }[]
  set(value: string): Change
}
export interface TextField extends FieldBase {
  readonly suggestions: readonly string[]
  /** Null for a text that means nothing here. */
  set(text: string): Change | null
}
export type Field = ChoiceField | TextField

interface Option<V> {
  readonly value: V
  readonly label: string
}

/** Everything of a change that can be edited, but for its factor. */
export function fieldsOf(change: Change, context: FieldContext): readonly Field[] {
  const { tasks, strides } = context
  const task = tasks.map((value) => ({ value, label: TASKS[value].label }))
  const scale = strides.map((stride, value) => ({ value, label: `1/${stride}` }))
  const head = numbered(context.heads, 'Head')
  const query = numbered(context.queries, 'Query')
  const anyTask = [all('All tasks'), ...task]
  const anyScale = [all('All scales'), ...scale]
  const anyHead = [all('All heads'), ...head]
  const anyQuery = [all('All queries'), ...query]
  const mode = (value: CutMode, set: (next: CutMode) => Change): ChoiceField[] =>
    context.gates || value === 'remove'
      ? [choice('Rest', 'What the other weights do', value, MODES, set)]
      : []
  switch (change.kind) {
    case 'taskLink':
      return [
        choice('Read', 'Task that is read', change.source, task, (source) => ({ ...change, source })),
        choice('By', 'Task that reads', change.target, task, (target) => ({ ...change, target })),
        choice('At', 'Scale', change.scale, anyScale, (next) => ({ ...change, scale: next })),
        choice('Head', 'Head', change.head, anyHead, (next) => ({ ...change, head: next })),
        ...mode(change.mode, (next) => ({ ...change, mode: next })),
      ]
    case 'scaleLink':
      return [
        choice('Task', 'Task', change.task, anyTask, (next) => ({ ...change, task: next })),
        choice('Read', 'Scale that is read', change.source, scale, (source) => ({ ...change, source })),
        choice('By', 'Scale that reads', change.target, scale, (target) => ({ ...change, target })),
        choice('Head', 'Head', change.head, anyHead, (next) => ({ ...change, head: next })),
        ...mode(change.mode, (next) => ({ ...change, mode: next })),
      ]
    case 'query':
      return [
        choice('Task', 'Task', change.task, task, (next) => ({ ...change, task: next })),
        choice('At', 'Scale', change.scale, scale, (next) => ({ ...change, scale: next })),
        {
          label: 'Which',
          hint: `Queries, 1 to ${context.queries}`,
          value: numbersText(change.queries),
          suggestions: [],
          set: (text) => {
            const queries = parseNumbers(text, context.queries)
            return queries && { ...change, queries: [...queries] }
          },
        },
        ...mode(change.mode, (next) => ({ ...change, mode: next })),
      ]
    case 'head':
      return [
        choice('Head', 'Head', change.head, head, (next) => ({ ...change, head: next })),
        choice('Step', 'Step of attention', change.step, stepsOf(context), (step) => ({ ...change, step })),
        choice('Task', 'Task that reads', change.task, anyTask, (next) => ({ ...change, task: next })),
        choice('At', 'Scale', change.scale, anyScale, (next) => ({ ...change, scale: next })),
      ]
    case 'swap':
    case 'mean':
      return [
        change.kind === 'swap'
          ? {
              label: 'Image',
              hint: 'Image whose queries are swapped in',
              value: change.sample,
              suggestions: context.samples,
              set: (text) => (text.trim() === '' ? null : { ...change, sample: text.trim() }),
            }
          : choice('Mean of', 'Images the mean is of', change.split, splitsOf(context), (split) => ({
              ...change,
              split,
            })),
        choice('Task', 'Task', change.task, anyTask, (next) => ({ ...change, task: next })),
        choice('At', 'Scale', change.scale, anyScale, (next) => ({ ...change, scale: next })),
        choice('Which', 'Query', change.query, anyQuery, (next) => ({ ...change, query: next })),
      ]
    default:
      return assertNever(change)
  }
}

interface ChangeKind {
  readonly kind: Change['kind']
  readonly label: string
  /** Whether the bundle allows it. */
  allowed(context: FieldContext): boolean
  /** What a new one is before it is edited; null where there is nothing to take. */
  start(context: FieldContext, mode: CutMode): Change | null
}

/** The kinds of changes in the order of the model's steps, then what replaces queries. */
export const CHANGE_KINDS: readonly ChangeKind[] = [
  {
    kind: 'taskLink',
    label: 'Cut what a task reads from a task',
    allowed: () => true,
    start: ({ tasks: [target, source = target] }, mode) =>
      target && source
        ? { kind: 'taskLink', scale: null, source, target, head: null, factor: 0, mode }
        : null,
  },
  {
    kind: 'scaleLink',
    label: 'Cut what a scale reads from a scale',
    allowed: ({ strides }) => strides.length > 1,
    start: (_, mode) => ({
      kind: 'scaleLink',
      task: null,
      source: 1,
      target: 0,
      head: null,
      factor: 0,
      mode,
    }),
  },
  {
    kind: 'query',
    label: 'Mute queries for all that read them',
    allowed: ({ decoderCuts }) => decoderCuts,
    start: ({ tasks: [task] }, mode) =>
      task ? { kind: 'query', task, scale: 0, queries: [0], factor: 0, mode } : null,
  },
  {
    kind: 'head',
    label: 'Cut a head',
    allowed: ({ gates, decoderCuts }) => gates || decoderCuts,
    start: (context) => {
      const [step] = stepsOf(context)
      return step ? { kind: 'head', step: step.value, task: null, scale: null, head: 0, factor: 0 } : null
    },
  },
  {
    kind: 'swap',
    label: 'Swap in another image’s queries',
    allowed: () => true,
    start: ({ samples: [sample] }) =>
      sample === undefined ? null : { kind: 'swap', task: null, scale: null, query: null, sample },
  },
  {
    kind: 'mean',
    label: 'Replace queries by their mean',
    allowed: () => true,
    start: ({ splits: [split = null] }) => ({ kind: 'mean', task: null, scale: null, query: null, split }),
  },
]

const MODES: readonly Option<CutMode>[] = [
  { value: 'renormalise', label: 'Renormalise: others take over' },
  { value: 'remove', label: 'Remove: it is missing' },
]

function stepsOf({ strides, gates, decoderCuts }: FieldContext): Option<'task' | 'scale' | 'decoder'>[] {
  return [
    ...(gates ? [{ value: 'task' as const, label: 'between tasks' }] : []),
    ...(gates && strides.length > 1 ? [{ value: 'scale' as const, label: 'between scales' }] : []),
    ...(decoderCuts ? [{ value: 'decoder' as const, label: 'in the decoder' }] : []),
  ]
}

function splitsOf({ splits }: FieldContext): Option<string | null>[] {
  return [all('All images'), ...splits.map((value) => ({ value, label: value }))]
}

function all(label: string): { readonly value: null; readonly label: string } {
  return { value: null, label }
}

function numbered(count: number, what: string): Option<number>[] {
  return Array.from({ length: count }, (_, value) => ({ value, label: `${what} ${value + 1}` }))
}

function choice<V>(
  label: string,
  hint: string,
  value: V,
  options: readonly Option<V>[],
  set: (value: V) => Change,
): ChoiceField {
  return {
    label,
    hint,
    value: String(options.findIndex((option) => option.value === value)),
    options: options.map((option, at) => ({ value: String(at), label: option.label })),
    set: (at) => {
      const option = options[Number(at)]
      return set(option ? option.value : value)
    },
  }
}

/** Numbers counted from 0 as people write them, e.g. `1-3, 7`. */
export function numbersText(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && number <= last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}-${to + 1}`)).join(', ')
}

/** The numbers of such a text, counted from 0, each once, in order; null for anything else or beyond `count`. */
export function parseNumbers(text: string, count: number): readonly number[] | null {
  const found = new Set<number>()
  for (const part of text.split(/[,\s]+/).filter((piece) => piece !== '')) {
    const range = /^(\d+)(?:[-–](\d+))?$/.exec(part)
    const from = Number(range?.[1])
    const to = Number(range?.[2] ?? range?.[1])
    if (!(from >= 1 && from <= to && to <= count)) return null
    for (let number = from; number <= to; number++) found.add(number - 1)
  }
  return found.size > 0 ? [...found].sort((a, b) => a - b) : null
}
