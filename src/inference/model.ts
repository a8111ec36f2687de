import { join } from 'node:path'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Card, CardGraph } from '../shared/card'
import { graphsOf } from '../shared/card-graphs'
import { AppError } from '../shared/errors'
import type { ModelRef, Provider } from '../shared/inference-protocol'
import { loadGraph } from './load-graph'
import { candidates, unavailable } from './providers'
import { agreesWithCpu } from './trial'

export type Values = Readonly<Record<string, Tensor>>

/** A bundle in use: one session per graph, created when first run, all on the same provider. */
export class Model {
  readonly card: Card
  readonly dropped: { provider: Provider; reason: string }[] = []
  readonly #graphs: ReadonlyMap<string, CardGraph>
  readonly #candidates: Provider[]
  readonly #sessions = new Map<string, InferenceSession>()

  constructor(readonly ref: ModelRef) {
    this.card = ref.card
    this.#graphs = graphsOf(ref.card)
    this.#candidates = candidates(ref.provider)
  }

  /** The provider in use, or the one to be tried next. */
  get provider(): Provider {
    return this.#candidates[0] ?? 'cpu'
  }

  graph(name: string): CardGraph {
    const graph = this.#graphs.get(name)
    if (!graph) throw new AppError('internal', `the bundle has no graph ${name}`)
    return graph
  }

  /**
   * Runs one graph and computes only the outputs in `fetch`. With `auto`, a provider that cannot load or run the graph
   * gives way to the next. Throws `bundle_invalid` when the file differs from the card, `provider_unavailable`, and
   * `inference_failed` with the runtime's own words.
   */
  async run(name: string, feeds: Values, fetch: readonly string[]): Promise<Values> {
    for (;;) {
      let session = this.#sessions.get(name)
      try {
        session ??= await this.#create(name)
        return await session.run(feeds, [...fetch])
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        const { provider } = this
        if (this.#candidates.length === 1)
          throw failure(this.graph(name).file, provider, session !== undefined, cause)
        this.dropped.push({ provider, reason: unavailable(provider, text(cause)) })
        this.#candidates.shift()
        await this.release()
      }
    }
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) await session.release()
  }

  async #create(name: string): Promise<InferenceSession> {
    const { provider } = this
    const graph = this.graph(name)
    // Six graphs run in turn; idle threads of one that spin take the processor from the next (3 to 4 times slower
    // when measured on two busy cores).
    const session = await loadGraph(this.ref.directory, graph, {
      executionProviders: [provider],
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
    try {
      // `auto` must not trade right numbers for speed: an accelerator proves itself on the first graph it is given.
      if (this.ref.provider === 'auto' && provider !== 'cpu' && this.#sessions.size === 0)
        await agreesWithCpu(graph, join(this.ref.directory, graph.file), session)
    } catch (error) {
      await session.release()
      throw error
    }
    this.#sessions.set(name, session)
    return session
  }
}

function failure(file: string, provider: Provider, loaded: boolean, cause: unknown): AppError {
  const reason = unavailable(provider, text(cause))
  if (loaded)
    return new AppError('inference_failed', `${file} failed on ${provider}: ${text(cause)}`, undefined, {
      cause,
    })
  return provider === 'cpu'
    ? new AppError('bundle_invalid', `${file} cannot be loaded: ${reason}`, undefined, { cause })
    : new AppError('provider_unavailable', `provider ${provider} cannot be used: ${reason}`, undefined, {
        cause,
      })
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
