import type { Shares } from './shares'

/** Sizes of a model's queries. */
export interface QueryShape {
  readonly tasks: number
  readonly scales: number
  readonly queries: number
}

/** What a pixel of a decoder's grid took in at one scale, in one unit (norms, or weights). */
export interface ScaleRead {
  /** From each query of its task at this scale. */
  readonly queries: Float32Array
  /** Its own feature of this scale. */
  readonly own: number
  /** What came up from the coarser scale; 0 at the coarsest. */
  readonly coarser: number
}

/** All that a pixel took in at a scale: shares are of this. */
export function intakeOf({ queries, own, coarser }: ScaleRead): number {
  let sum = own + coarser
  for (let i = 0; i < queries.length; i++) sum += queries[i]!
  return sum
}

/** A pixel's prediction split into what it read; `queries` (scale, query) and `own` [scale] sum to one together. */
export interface PixelRead {
  readonly queries: Float32Array
  readonly own: readonly number[]
}

/**
 * From fine to coarse: at each scale the mass that is left is shared out by the norms of what was added, and what came
 * up from the coarser scale is shared out there.
 */
export function pixelRead(scales: readonly ScaleRead[]): PixelRead {
  const count = scales[0]?.queries.length ?? 0
  const queries = new Float32Array(scales.length * count)
  let mass = 1
  const own = scales.map((scale, index) => {
    const sum = intakeOf(scale)
    // Nothing at all was added: the pixel's own feature is what is left.
    if (sum === 0) {
      const rest = mass
      mass = 0
      return rest
    }
    for (let query = 0; query < count; query++)
      queries[index * count + query] = (mass * scale.queries[query]!) / sum
    const kept = (mass * scale.own) / sum
    mass *= scale.coarser / sum
    return kept
  })
  return { queries, own }
}

/** Where masses on one task's queries came from. */
export interface Origin {
  /** (task, scale, query) of the encoder. */
  readonly queries: Float32Array
  /** [scale that was read][scale it came from] */
  readonly scales: readonly number[][]
  /** [scale][task it came from] */
  readonly tasks: readonly number[][]
}

/**
 * Masses (scale, query) on the queries of task number `task` back through the same-task step (`null` for one scale),
 * then through the same-scale step. The sum is kept.
 */
export function originOf(
  read: Float32Array,
  task: number,
  { tasks: T, scales: S, queries: N }: QueryShape,
  across: { readonly task: Shares; readonly scale: Shares | null },
): Origin {
  const before = new Float32Array(S * N)
  const scales = Array.from({ length: S }, () => new Array<number>(S).fill(0))
  for (let token = 0; token < S * N; token++) {
    const mass = read[token]!
    const at = Math.floor(token / N)
    spread(mass, across.scale, task, token, (source, share) => {
      before[source]! += share
      scales[at]![Math.floor(source / N)]! += share
    })
  }
  const queries = new Float32Array(T * S * N)
  const tasks = Array.from({ length: S }, () => new Array<number>(T).fill(0))
  for (let scale = 0; scale < S; scale++)
    for (let query = 0; query < N; query++)
      spread(before[scale * N + query]!, across.task, scale, task * N + query, (source, share) => {
        const from = Math.floor(source / N)
        queries[(from * S + scale) * N + (source % N)]! += share
        tasks[scale]![from]! += share
      })
  return { queries, scales, tasks }
}

/** Shares out the mass of one token; without a step it stays where it is. */
function spread(
  mass: number,
  shares: Shares | null,
  outer: number,
  token: number,
  give: (source: number, share: number) => void,
): void {
  if (mass === 0) return
  if (!shares) return give(token, mass)
  const { tokens, weights, own } = shares
  const row = outer * tokens + token
  for (let source = 0; source < tokens; source++) {
    const weight = weights[row * tokens + source]!
    if (weight !== 0) give(source, mass * weight)
  }
  give(token, mass * own[row]!)
}
