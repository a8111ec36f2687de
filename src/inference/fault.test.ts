import { expect, it } from 'vitest'
import type { ErrorCode } from '../shared/errors'
import { runtimeFault } from './fault'

/** Sentences of onnxruntime's own sources and of the drivers below it. */
it.each<[string, boolean, ErrorCode]>([
  [
    'BFCArena::AllocateRawInternal Available memory of 1024 is smaller than requested bytes of 61440000',
    true,
    'out_of_memory',
  ],
  ['CUDA failure 2: out of memory ; GPU=0 ; hostname=a', true, 'out_of_memory'],
  ['Failed to allocate memory for requested buffer of size 61440000', false, 'out_of_memory'],
  ['std::bad_alloc', true, 'out_of_memory'],
  ['A valid external Instance reference no longer exists. Device was lost', true, 'device_lost'],
  ['DmlCommandRecorder.cpp: HRESULT 887A0005 DXGI_ERROR_DEVICE_REMOVED', true, 'device_lost'],
  ['CUDA failure 700: an illegal memory address was encountered', true, 'device_lost'],
  ['Non-zero status code returned while running Conv node', true, 'inference_failed'],
  ['Failed to get a WebGPU adapter: No supported adapters', false, 'provider_unavailable'],
])('takes %s for what it is', (said, loaded, code) => {
  const error = runtimeFault('encoder.onnx', 'webgpu', loaded, new Error(said))
  expect(error.code).toBe(code)
  expect(error.message).toContain(said)
})

it('says what a provider needs, without the runtime’s own source lines', () => {
  const said = '/src/webgpu.cc:136 Init() status == Ok was false. No supported adapters'
  expect(runtimeFault('a.onnx', 'webgpu', false, new Error(said)).message).toBe(
    'provider webgpu cannot be used: No supported adapters; it needs a Vulkan, Metal or Direct3D 12 adapter and its driver',
  )
  expect(runtimeFault('a.onnx', 'cpu', false, 'Protobuf parsing failed.')).toMatchObject({
    code: 'bundle_invalid',
    message: 'a.onnx cannot be loaded: Protobuf parsing failed.',
  })
})
