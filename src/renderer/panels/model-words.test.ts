import { expect, it } from 'vitest'
import type { ModelInfo } from '../../shared/contract'
import type { Trial } from '../../shared/providers'
import { missingOf, providerRows } from './model-words'

const trial = (provider: Trial['provider'], verdict: Trial['verdict'], reason = ''): Trial => ({
  provider,
  verdict,
  reason,
  relativeError: 2e-6,
  seconds: 0.0501,
  cpuSeconds: 1.21,
})

it('lists what was tried with the reason, and what is in use', () => {
  const memory = '/c/providers.json'
  const cuda = trial('cuda', 'unavailable', 'provider cuda cannot be used: no driver')
  expect(
    providerRows({ choice: 'auto', provider: 'webgpu', trials: [cuda, trial('webgpu', 'used')], memory }),
  ).toEqual([
    { provider: 'cuda', state: 'not there', detail: 'no driver' },
    { provider: 'webgpu', state: 'in use', detail: '50 ms for an image, the CPU 1.2 s; differs by 2e-6' },
  ])
  expect(providerRows({ choice: 'auto', provider: 'cpu', trials: [cuda], memory }).at(-1)).toEqual({
    provider: 'cpu',
    state: 'in use',
    detail: '',
  })
  expect(providerRows({ choice: 'auto', provider: null, trials: [], memory })[0]?.state).toContain('decided')
  expect(providerRows({ choice: 'cuda', provider: 'cuda', trials: [], memory })[0]?.detail).toContain(
    'Chosen',
  )
})

it('says what a bundle lacks and how to get it', () => {
  const lab = { attention: true, contributions: true, gates: true, decoderCuts: true }
  const model: Pick<ModelInfo, 'variant' | 'lab'> = { variant: 'scale-aware', lab }
  expect(missingOf(model)).toEqual([])
  expect(missingOf({ ...model, lab: { ...lab, gates: false } })[0]).toContain(
    'without: removal of links and heads',
  )
  expect(missingOf({ ...model, variant: 'single-graph' })[0]).toContain('mqtransformer export')
})
