import { AppError } from '../shared/errors'
import type { Provider } from '../shared/providers'

/** Words by which the providers say that memory ran out, on the device or in the process. */
const MEMORY =
  /out of memory|failed to allocate|bad[_ ]?alloc|not enough memory|E_OUTOFMEMORY|OUT_OF_MEMORY|MemoryAllocation|available memory of/i
/** Words by which they say that the device went away: driver reset, hang, unplugged. */
const LOST =
  /device (was |is )?(lost|removed|hung)|DEVICE_(LOST|REMOVED|HUNG|RESET)|illegal (memory )?address|IllegalAddress|launch failure|LAUNCH_FAILED|ECC error/i

/** The error for what onnxruntime threw. `loaded` says whether the graph had a session, so that the run failed. */
export function runtimeFault(file: string, provider: Provider, loaded: boolean, cause: unknown): AppError {
  const said = words(cause)
  const options = { cause }
  if (MEMORY.test(said))
    return new AppError(
      'out_of_memory',
      `${file} needs more memory than ${provider} has free: ${said}; close other programs or use a smaller model`,
      undefined,
      options,
    )
  if (LOST.test(said))
    return new AppError(
      'device_lost',
      `the device of ${provider} was lost while ${file} was in use: ${said}; check its driver, then try again`,
      undefined,
      options,
    )
  if (loaded)
    return new AppError('inference_failed', `${file} failed on ${provider}: ${said}`, undefined, options)
  return provider === 'cpu'
    ? new AppError('bundle_invalid', `${file} cannot be loaded: ${said}`, undefined, options)
    : new AppError(
        'provider_unavailable',
        `provider ${provider} cannot be used: ${said}${NEEDS[provider]}`,
        undefined,
        options,
      )
}

const NEEDS: Readonly<Record<Provider, string>> = Object.freeze({
  cpu: '',
  cuda: '; it needs an NVIDIA driver, CUDA 12, cuDNN 9 and the CUDA files of onnxruntime-node (`npm run gpu:cuda` on Linux x64)',
  tensorrt: '; it needs TensorRT 10 and what cuda needs (`npm run gpu:cuda` on Linux x64)',
  dml: '; DirectML is there on Windows only',
  coreml: '; Core ML is there on macOS only',
  webgpu: '; it needs a Vulkan, Metal or Direct3D 12 adapter and its driver',
})

/** The runtime puts the place in its own source and the failed check before the words. */
function words(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause)
  return (said.split(' was false. ').at(-1) ?? said).trim()
}
