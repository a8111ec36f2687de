import { tmpdir } from 'node:os'
import type { ModelInfo } from '../../src/shared/contract'
import { AppError } from '../../src/shared/errors'
import { createMap } from '../../src/shared/maps'
import type { Predictions } from '../../src/engine/predictions/predictions'

const MODEL: ModelInfo = {
  path: '/models/fake',
  hash: 'f'.repeat(64),
  name: 'fake',
  variant: 'scale-aware',
  description: 'answers without a model',
  licence: 'MIT',
  tasks: [{ id: 'semseg', classes: null, palette: null }],
  scales: [{ stride: 4, height: 2, width: 2 }],
  queries: 3,
  heads: 2,
  lab: { attention: true, contributions: true, gates: true, decoderCuts: true },
}

/** Predictions that need no model, for tests of what surrounds them. Predicting `c` fails; `slow` waits to be cancelled. */
export function fakePredictions(): Predictions & { readonly calls: string[] } {
  const done = new Set<string>()
  const calls: string[] = []
  let model: ModelInfo | null = null
  return {
    calls,
    cacheDir: tmpdir(),
    get model() {
      return model
    },
    async openModel(path) {
      if (!path.startsWith('/models/')) throw new AppError('bundle_invalid', `${path} holds no model.json`)
      return (model = { ...MODEL, path })
    },
    has: async (_dataset, id) => done.has(id),
    async predict(_dataset, id, signal) {
      calls.push(id)
      if (id === 'c') throw new AppError('inference_failed', 'c cannot be predicted')
      if (id === 'slow') {
        await new Promise<void>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new AppError('cancelled', 'cancelled')))
        })
      }
      done.add(id)
      return {
        sample: id,
        modelHash: MODEL.hash,
        provider: 'cpu',
        seconds: 0,
        cached: false,
        tasks: ['semseg'],
      }
    },
    async prefetch(_dataset, id) {
      if (done.has(id)) return false
      done.add(id)
      return true
    },
    async map(dataset, id) {
      if (!done.has(id)) throw new AppError('not_found', `${id} has no prediction`)
      const { width, height } = await dataset.describe(id)
      return createMap('class', width, height)
    },
    providers: () => ({ choice: 'auto', provider: 'cpu', trials: [], memory: null }),
    async tryProvidersAgain() {
      calls.push('providers')
      return this.providers()
    },
    labImage: async (_dataset, id) => {
      throw new AppError('not_found', `${id} has no prediction`)
    },
    labModel() {
      throw new AppError('not_found', 'the fake model has no graphs')
    },
    async dispose() {
      calls.push('disposed')
    },
  }
}
