import type { Provider, ProviderChoice } from '../shared/inference-protocol'

/**
 * What `auto` tries, in order, by platform; onnxruntime-node has no fallback of its own.
 * Left out: tensorrt (builds its engines for minutes at every start) and, on Linux, webgpu (accepts a software Vulkan
 * adapter without a word, measured 145 times slower than cpu). Both run when they are asked for by name.
 */
const AUTO: Readonly<Partial<Record<NodeJS.Platform, readonly Provider[]>>> = Object.freeze({
  linux: ['cuda', 'cpu'],
  win32: ['cuda', 'dml', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
})

/** The providers to try for a choice, best first. */
export function candidates(choice: ProviderChoice, platform: NodeJS.Platform = process.platform): Provider[] {
  return choice === 'auto' ? [...(AUTO[platform] ?? ['cpu'])] : [choice]
}

const HINTS: Readonly<Record<Provider, string>> = Object.freeze({
  cpu: '',
  cuda: 'CUDA 12, cuDNN 9 and the CUDA files of onnxruntime-node are needed (run `node node_modules/onnxruntime-node/script/install` on Linux x64)',
  tensorrt:
    'TensorRT and the CUDA files of onnxruntime-node are needed (run `node node_modules/onnxruntime-node/script/install` on Linux x64)',
  dml: 'DirectML is there on Windows only',
  coreml: 'Core ML is there on macOS only',
  webgpu: 'a Vulkan, Metal or Direct3D 12 adapter and its driver are needed',
})

/** A sentence for the user: what the runtime said of a provider, and what it needs. */
export function unavailable(provider: Provider, said: string): string {
  const hint = HINTS[provider]
  // The runtime puts the place in its own source and the failed check before the words.
  const words = said.split(' was false. ').at(-1) ?? said
  return `${words.trim()}${hint && `; ${hint}`}`
}
