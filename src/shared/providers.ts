import * as v from 'valibot'

/** Execution providers by onnxruntime-node's own names. */
export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const
export type Provider = (typeof PROVIDERS)[number]
export const PROVIDER_CHOICES = ['auto', ...PROVIDERS] as const
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number]

/**
 * How a provider's first run of a bundle ended: `used`; `wrong` = other numbers than the CPU's; `slower` than the CPU;
 * `late` = not ready in time; `crashed` = its process ended; `unavailable` on this machine; `failed` while it ran.
 */
const VERDICTS = ['used', 'wrong', 'slower', 'late', 'crashed', 'unavailable', 'failed'] as const
export type Verdict = (typeof VERDICTS)[number]

const seconds = v.nullable(v.number())
/** `relativeError`: largest difference to the CPU over a tensor's largest magnitude; seconds: one whole forward. */
export const trialSchema = v.object({
  provider: v.picklist(PROVIDERS),
  verdict: v.picklist(VERDICTS),
  /** A sentence; empty for one that is used. */
  reason: v.string(),
  relativeError: seconds,
  seconds,
  cpuSeconds: seconds,
})
export type Trial = v.InferOutput<typeof trialSchema>

/** What is known of the providers of this machine for the open model. */
export const providerReportSchema = v.object({
  choice: v.picklist(PROVIDER_CHOICES),
  /** The provider that runs the model; null before the first run under `auto`. */
  provider: v.nullable(v.picklist(PROVIDERS)),
  /** In the order they are tried. */
  trials: v.array(trialSchema),
  /** Where the results of trials are kept for the next start; null when they are not. */
  memory: v.nullable(v.string()),
})
export type ProviderReport = v.InferOutput<typeof providerReportSchema>
