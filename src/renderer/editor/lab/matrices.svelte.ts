import { regionOf } from '../../../shared/lab/region'
import type { MatrixAnswer, MatrixLevel, MatrixRequest } from '../../../shared/lab/wire'
import type { Mask } from '../../../shared/mask'
import type { LabClient } from '../../api/lab-client'
import type { LinkAddress } from './changes'
import { Question } from './question.svelte'

/** What the matrices are of: links between tasks, links between scales, or the queries of one link. */
export const MATRIX_LEVELS = ['task', 'scale', 'query'] as const
/** Over which pixels a target's queries are averaged. */
export const MATRIX_REGIONS = ['image', 'selection', 'split'] as const

/** What the matrices know of the rest of the lab. */
interface MatrixParts {
  /** How every question is asked; null without attention. */
  readonly reading: Pick<MatrixRequest, 'model' | 'weighting' | 'head' | 'interventions'> | null
  readonly selection: Mask | null
  /** Scales of the model. */
  readonly scales: number
}

/** Attention as matrices: between tasks, between scales, and the queries inside one link. */
export class Matrices {
  level: (typeof MATRIX_LEVELS)[number] = $state('task')
  region: (typeof MATRIX_REGIONS)[number] = $state('image')
  /** The link whose queries are shown. */
  link: LinkAddress | null = $state.raw(null)
  /** The blocks one chooses from, or the matrices themselves. */
  readonly blocks: Question<MatrixRequest, MatrixAnswer>
  /** Query by query of `link`. */
  readonly queries: Question<MatrixRequest, MatrixAnswer>

  constructor(
    client: Pick<LabClient, 'matrix'>,
    private readonly parts: () => MatrixParts,
  ) {
    const ask = (id: string, request: MatrixRequest, signal: AbortSignal): Promise<MatrixAnswer> =>
      client.matrix(id, request, signal)
    this.blocks = new Question(ask)
    this.queries = new Question(ask)
  }

  /** The level of the matrices of blocks: those one chooses queries from are between tasks, or as the chosen link is. */
  readonly blockLevel: 'task' | 'scale' = $derived.by(() => {
    if (this.parts().scales < 2) return 'task'
    if (this.level !== 'query') return this.level
    return this.link?.kind === 'scaleLink' ? 'scale' : 'task'
  })
  readonly blocksWanted: MatrixRequest | null = $derived.by(() => this.#request({ level: this.blockLevel }))
  readonly queriesWanted: MatrixRequest | null = $derived.by(() => {
    const { link } = this
    return this.level === 'query' && link ? this.#request(levelOf(link)) : null
  })

  /** Shows the queries of a link. */
  open(link: LinkAddress): void {
    this.link = link
    this.level = 'query'
  }

  #request(of: MatrixLevel | null): MatrixRequest | null {
    const { reading, selection } = this.parts()
    // A split is averaged by a job, not asked for.
    if (!reading || !of || this.region === 'split') return null
    if (this.region === 'image') return { ...reading, of, region: null }
    return selection && { ...reading, of, region: regionOf(selection) }
  }
}

/** The query level of one link; null for a link of all scales or tasks, which has no one matrix. */
export function levelOf(link: LinkAddress): MatrixLevel | null {
  if (link.kind === 'taskLink')
    return link.scale === null
      ? null
      : { level: 'taskBlock', scale: link.scale, target: link.target, source: link.source }
  return link.task === null
    ? null
    : { level: 'scaleBlock', task: link.task, target: link.target, source: link.source }
}
