import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelRef } from '../../shared/inference-protocol'
import type { Provider } from '../../shared/providers'
import { openBundle } from '../predictions/bundle'
import { plainForward } from '../predictions/plain-forward'
import { InferenceHost } from './host'
import { TrialMemory } from './trial-memory'

/** The real child on a runtime whose providers fail on purpose (test/support/faulty-runtime.mjs). */
const ROOT = resolve(import.meta.dirname, '../../..')
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const FAULTY = pathToFileURL(join(ROOT, 'test/support/faulty-runtime.mjs')).href
const IMAGE = { key: 'p', width: 3, height: 2, data: new Uint8Array(18).fill(90) }
const JOB = plainForward(IMAGE, false)

type Faults = Partial<Record<Provider, string>>

let folder: string
let model: ModelRef
let hosts: InferenceHost[]
let children: ChildProcess[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-providers-'))
  model = { ...(await openBundle(join(ROOT, 'test/fixtures/single-graph'))), provider: 'auto' }
  hosts = []
  children = []
})
afterEach(async () => {
  for (const host of hosts) await host.dispose()
  expect(children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)).toEqual([])
  await rm(folder, { recursive: true, force: true })
})

function hostWith(faults: Faults, readyWithinMs = 60_000): InferenceHost {
  const host = new InferenceHost({
    memory: new TrialMemory(folder, () => Promise.resolve('this machine')),
    platform: 'linux',
    readyWithinMs,
    spawn: () => {
      const child = fork(join(ROOT, 'src/inference/index.ts'), [], {
        execArgv: ['--import', TSX, '--import', FAULTY],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, FAULTS: JSON.stringify(faults) },
      })
      children.push(child)
      return child
    },
  })
  hosts.push(host)
  return host
}
const verdicts = (host: InferenceHost): string[] =>
  host.report(model).trials.map(({ provider, verdict }) => `${provider} ${verdict}`)

describe('auto', () => {
  it('tries one provider after another, says why it dropped each, and remembers what it measured', async () => {
    const faults = { cpu: 'slow', cuda: 'wrong', webgpu: 'fast' }
    const host = hostWith(faults)
    expect(host.report(model)).toMatchObject({ choice: 'auto', provider: null, trials: [] })
    expect((await host.run(model, JOB)).provider).toBe('webgpu')
    const { provider, trials } = host.report(model)
    expect(provider).toBe('webgpu')
    expect(verdicts(host)).toEqual(['tensorrt unavailable', 'cuda wrong', 'webgpu used'])
    expect(trials[0]!.reason).toContain('no such device')
    expect(trials[1]!.reason).toMatch(/^cuda gives other numbers than the CPU: 1.0e-2 in logits_\w+/)
    expect(trials[2]!.relativeError).toBe(0)
    expect(trials[2]!.seconds).toBeLessThan(trials[2]!.cpuSeconds!)

    // Another start: only what was not there is tried again, and nothing but the job runs.
    const before = children.length
    const later = hostWith(faults)
    expect((await later.run(model, JOB)).provider).toBe('webgpu')
    expect(verdicts(later)).toEqual(['tensorrt unavailable', 'cuda wrong', 'webgpu used'])
    expect(children.length - before).toBe(1)

    await later.forget(model)
    expect(later.report(model).provider).toBeNull()
    expect(await new TrialMemory(folder, () => Promise.resolve('this machine')).recall(model.hash)).toEqual(
      [],
    )
  })

  it('keeps the CPU when an accelerator is slower, dies or does not get ready', async () => {
    const host = hostWith({ tensorrt: 'hangs', cuda: 'killed', webgpu: 'slow' }, 6000)
    expect((await host.run(model, JOB)).provider).toBe('cpu')
    expect(verdicts(host)).toEqual(['tensorrt late', 'cuda crashed', 'webgpu slower'])
    const [late, dead, slow] = host.report(model).trials.map(({ reason }) => reason)
    expect(late).toBe('tensorrt had not run the model once after 6 s')
    expect(dead).toContain('ended by SIGKILL')
    expect(slow).toMatch(/^webgpu needs \d+ ms for an image, the CPU \d+ ms$/)
    expect(host.report(model).provider).toBe('cpu')
  })

  it.each([
    ['memory', /needs more memory than webgpu has free: Failed to allocate/],
    ['lost', /the device of webgpu was lost/],
    ['killed', /the inference process was ended by SIGKILL/],
  ])('goes on with the next provider when the one in use fails: %s', async (fault, reason) => {
    // The trial runs the graph four times, the job once more.
    const host = hostWith({ cpu: 'slow', webgpu: `${fault}@4` })
    expect((await host.run(model, JOB)).provider).toBe('cpu')
    expect(host.report(model).provider).toBe('cpu')
    expect(verdicts(host).at(-1)).toBe('webgpu failed')
    expect(host.report(model).trials.at(-1)!.reason).toMatch(reason)
    const started = children.length
    expect((await host.run(model, JOB)).provider).toBe('cpu')
    expect(children.length).toBe(started)
  })

  it('leaves a fault of a provider that was asked for by name to the user', async () => {
    const host = hostWith({ webgpu: 'memory' })
    await expect(host.run({ ...model, provider: 'webgpu' }, JOB)).rejects.toMatchObject({
      code: 'out_of_memory',
    })
    await expect(host.run({ ...model, provider: 'cuda' }, JOB)).rejects.toMatchObject({
      code: 'provider_unavailable',
    })
    expect(host.report({ ...model, provider: 'cuda' })).toMatchObject({ provider: 'cuda', trials: [] })
  })

  it('stops a trial that nobody waits for, and begins again', async () => {
    const host = hostWith({ tensorrt: 'hangs' })
    const abort = new AbortController()
    const run = host.run(model, JOB, { signal: abort.signal })
    await expect.poll(() => children.length).toBe(1)
    abort.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    const again = new AbortController()
    const second = host.run(model, JOB, { signal: again.signal })
    await expect.poll(() => children.length).toBe(2)
    again.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  })
})
