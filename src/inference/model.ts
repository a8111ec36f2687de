import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Card, CardGraph } from '../shared/card'
import { graphsOf } from '../shared/card-graphs'
import { AppError } from '../shared/errors'
import type { LoadedModel } from '../shared/inference-protocol'
import type { Provider } from '../shared/providers'
import { runtimeFault } from './fault'
import { loadGraph } from './load-graph'

export type Values = Readonly<Record<string, Tensor>>

/** A bundle in use on one provider: one session per graph, created when first run. */
export class Model {
  readonly card: Card
  readonly #graphs: ReadonlyMap<string, CardGraph>
  readonly #sessions = new Map<string, InferenceSession>()

  constructor(readonly ref: LoadedModel) {
    this.card = ref.card
    this.#graphs = graphsOf(ref.card)
  }

  get provider(): Provider {
    return this.ref.provider
  }

  graph(name: string): CardGraph {
    const graph = this.#graphs.get(name)
    if (!graph) throw new AppError('internal', `the bundle has no graph ${name}`)
    return graph
  }

  /**
   * Runs one graph and computes only the outputs in `fetch`. Throws `bundle_hash_mismatch`, `bundle_invalid` and
   * `provider_unavailable` when a session cannot be made, `out_of_memory`, `device_lost` and `inference_failed` with the
   * runtime's own words.
   */
  async run(name: string, feeds: Values, fetch: readonly string[]): Promise<Values> {
    const graph = this.graph(name)
    let session = this.#sessions.get(name)
    try {
      session ??= await this.#create(name, graph)
      return await session.run(feeds, [...fetch])
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw runtimeFault(graph.file, this.provider, session !== undefined, cause)
    }
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) await session.release()
  }

  async #create(name: string, graph: CardGraph): Promise<InferenceSession> {
    // Six graphs run in turn; idle threads of one that spin take the processor from the next (3 to 4 times slower
    // when measured on two busy cores).
    const session = await loadGraph(this.ref.directory, graph, {
      executionProviders: [this.provider],
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
    this.#sessions.set(name, session)
    return session
  }
}
