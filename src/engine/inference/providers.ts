import type { Provider, ProviderChoice } from '../../shared/providers'

/** What `auto` tries, in order, by platform; onnxruntime-node has no fallback of its own. */
const AUTO: Readonly<Partial<Record<NodeJS.Platform, readonly Provider[]>>> = Object.freeze({
  linux: ['tensorrt', 'cuda', 'webgpu', 'cpu'],
  win32: ['dml', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
})

/** The providers to try for a choice, best first. */
export function candidates(
  choice: ProviderChoice,
  platform: NodeJS.Platform = process.platform,
): readonly Provider[] {
  return choice === 'auto' ? (AUTO[platform] ?? ['cpu']) : [choice]
}
