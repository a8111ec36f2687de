import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { LoadedModel, StreamedTensor } from '../../shared/inference-protocol'
import { openBundle } from '../predictions/bundle'
import { plainForward } from '../predictions/plain-forward'
import { ChildQueue } from './child-queue'
import { compare } from './measure'

/** A real WebGPU device without a graphics card: Chromium's software Vulkan driver (Debian: chromium, libvulkan1). */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const LOADER = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/libvulkan.so.1']
const missing = [
  ...(process.arch === 'x64' ? [] : ['an x64 processor']),
  ...(existsSync(DRIVER) ? [] : [`the driver ${DRIVER}`]),
  ...(LOADER.some((path) => existsSync(path)) ? [] : ['libvulkan.so.1']),
]
const ROOT = resolve(import.meta.dirname, '../../..')
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

const queue = new ChildQueue(() =>
  fork(join(ROOT, 'src/inference/index.ts'), [], {
    execArgv: ['--import', TSX],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, VK_ICD_FILENAMES: DRIVER, XDG_RUNTIME_DIR: tmpdir() },
  }),
)
afterAll(() => queue.dispose())

async function tensorsOn(model: LoadedModel): Promise<Map<string, StreamedTensor>> {
  const tensors = new Map<string, StreamedTensor>()
  const { width, height } = model.card.input
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7) % 251)
  await queue.run(
    model,
    {
      ...plainForward({ key: 'p', width, height, data }, false),
      stream: { logits: true, attention: true },
    },
    { onTensor: (tensor) => void tensors.set(tensor.name, tensor) },
  )
  return tensors
}

it('runs every kind of graph of a bundle on WebGPU and gives what the CPU gives', async (context) => {
  context.skip(missing.length > 0, `WebGPU needs ${missing.join(' and ')}`)
  const bundle = await openBundle(join(ROOT, 'test/fixtures/tiny-bundle'))
  const expected = await tensorsOn({ ...bundle, provider: 'cpu' })
  const found = await tensorsOn({ ...bundle, provider: 'webgpu' })
  const { relativeError, tensor } = compare(found, expected)
  expect([...found.keys()]).toContain('logits_semseg')
  const [scales, tasks] = [4, 4]
  // Attention of the encoder, between tasks and between scales; of every decoder its logits and attention.
  expect(found.size).toBe(scales * tasks + 2 + tasks * (1 + scales))
  // Other kernels round differently: exactly zero would mean that it was not the GPU that ran.
  expect(relativeError, tensor).toBeGreaterThan(0)
  expect(relativeError, tensor).toBeLessThan(1e-4)
}, 240_000)
