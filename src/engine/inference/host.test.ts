import { fork } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ForwardJob, ModelRef } from '../../shared/inference-protocol'
import { openBundle } from '../predictions/bundle'
import { InferenceHost } from './host'
import { forkInference } from './spawn'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const JOB: ForwardJob = {
  kind: 'forward',
  image: { key: 'grey', width: 20, height: 10, data: new Uint8Array(600).fill(128) },
  keepAttention: false,
  stream: { logits: false, attention: false },
}

let model: ModelRef
let host: InferenceHost
let pids: number[]
beforeAll(async () => {
  model = { ...(await openBundle(TINY)), provider: 'cpu' }
})
beforeEach(() => {
  pids = []
  host = new InferenceHost({
    spawn: () => {
      const child = forkInference()
      if (child.pid !== undefined) pids.push(child.pid)
      return child
    },
  })
})
afterEach(async () => {
  await host.dispose()
  expect(pids.filter(isAlive)).toEqual([])
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('InferenceHost', () => {
  it('runs jobs one after another in one child', async () => {
    const results = await Promise.all([host.run(model, JOB), host.run(model, JOB)])
    expect(results.map(({ provider }) => provider)).toEqual(['cpu', 'cpu'])
    expect(results[1].maps).toEqual(results[0].maps)
    expect(pids).toHaveLength(1)
  })

  it('kills a cancelled run and starts another child for the next one', async () => {
    const abort = new AbortController()
    const run = host.run(model, JOB, { signal: abort.signal, onProgress: () => abort.abort() })
    const next = host.run(model, JOB)
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect((await next).maps).toHaveLength(4)
    expect(pids).toHaveLength(2)
  })

  it('drops a cancelled job that waits without touching the one that runs', async () => {
    const abort = new AbortController()
    const first = host.run(model, JOB)
    const second = host.run(model, JOB, { signal: abort.signal })
    abort.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    expect((await first).maps).toHaveLength(4)
    expect(pids).toHaveLength(1)
    await expect(host.run(model, JOB, { signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('reports a child that was killed from outside and starts another', async () => {
    const run = host.run(model, JOB, { onProgress: () => process.kill(host.pid!, 'SIGKILL') })
    await expect(run).rejects.toMatchObject({ code: 'inference_crashed', details: { reason: 'SIGKILL' } })
    expect((await host.run(model, JOB)).maps).toHaveLength(4)
    expect(pids).toHaveLength(2)
  })

  it('survives a child that dies while nothing runs', async () => {
    await host.run(model, JOB)
    process.kill(host.pid!, 'SIGKILL')
    await expect.poll(() => host.pid).toBeNull()
    expect((await host.run(model, JOB)).maps).toHaveLength(4)
  })

  it('rejects what is queued when it is closed', async () => {
    const run = host.run(model, JOB)
    const waiting = host.run(model, JOB)
    const outcomes = Promise.allSettled([run, waiting])
    await host.dispose()
    expect(await outcomes).toMatchObject([
      { reason: { code: 'cancelled' } },
      { reason: { code: 'cancelled' } },
    ])
    await expect(host.run(model, JOB)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('passes on a failure to write a streamed tensor', async () => {
    const job = { ...JOB, stream: { logits: true, attention: false } }
    const run = host.run(model, job, { onTensor: () => Promise.reject(new Error('disk full')) })
    await expect(run).rejects.toThrow('disk full')
    expect((await host.run(model, JOB)).maps).toHaveLength(4)
  })
})

describe('a child that cannot run', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mq-host-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is reported with its exit code and what it wrote', async () => {
    const program = join(folder, 'broken.mjs')
    await writeFile(program, "process.stderr.write('no such library\\n', () => process.exit(7))")
    const broken = new InferenceHost({
      spawn: () => fork(program, [], { execArgv: [], serialization: 'advanced', silent: true }),
    })
    await expect(broken.run(model, JOB)).rejects.toMatchObject({
      code: 'inference_crashed',
      message: expect.stringContaining('exit code 7') as unknown,
      details: { reason: '7', stderr: 'no such library' },
    })
    await broken.dispose()
  })

  it('names a provider that is not there', async () => {
    await expect(host.run({ ...model, provider: 'cuda' }, JOB)).rejects.toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('cuda') as unknown,
    })
    expect((await host.run(model, JOB)).provider).toBe('cpu')
  })

  it('refuses a graph that was changed after the bundle was opened', async () => {
    await cp(TINY, folder, { recursive: true })
    const opened: ModelRef = { ...(await openBundle(folder)), provider: 'cpu' }
    const path = join(folder, 'encoder.onnx')
    const bytes = await readFile(path)
    bytes[60_000]! ^= 1
    await writeFile(path, bytes)
    await expect(host.run(opened, JOB)).rejects.toMatchObject({
      code: 'bundle_hash_mismatch',
      message: 'encoder.onnx was changed or removed after the model was opened; open the model again',
    })
  })
})
