import type { ForwardJob, KeyedImage } from '../../shared/inference-protocol'

/** A job for the maps alone: nothing streamed. */
export function plainForward(image: KeyedImage, keepAttention: boolean): ForwardJob {
  return {
    kind: 'forward',
    image,
    keepAttention,
    stream: { logits: false, attention: false },
  }
}
