import { expect, it } from 'vitest'
import { candidates } from './providers'

it.each([
  ['auto', 'linux', ['tensorrt', 'cuda', 'webgpu', 'cpu']],
  ['auto', 'win32', ['dml', 'webgpu', 'cpu']],
  ['auto', 'darwin', ['coreml', 'webgpu', 'cpu']],
  ['auto', 'freebsd', ['cpu']],
  ['tensorrt', 'linux', ['tensorrt']],
] as const)('%s on %s tries %j', (choice, platform, expected) => {
  expect(candidates(choice, platform)).toEqual(expected)
})
