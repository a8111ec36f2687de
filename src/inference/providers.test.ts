import { expect, it } from 'vitest'
import { candidates, unavailable } from './providers'

it.each([
  ['auto', 'linux', ['cuda', 'cpu']],
  ['auto', 'win32', ['cuda', 'dml', 'webgpu', 'cpu']],
  ['auto', 'darwin', ['coreml', 'webgpu', 'cpu']],
  ['auto', 'freebsd', ['cpu']],
  ['tensorrt', 'linux', ['tensorrt']],
] as const)('%s on %s tries %j', (choice, platform, expected) => {
  expect(candidates(choice, platform)).toEqual(expected)
})

it('says what a provider needs, without the runtime’s own source lines', () => {
  expect(
    unavailable('webgpu', '/src/webgpu.cc:136 Init() status == Ok was false. No supported adapters'),
  ).toBe('No supported adapters; a Vulkan, Metal or Direct3D 12 adapter and its driver are needed')
})
