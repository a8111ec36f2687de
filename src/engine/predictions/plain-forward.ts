import type { ForwardJob, KeyedImage } from '../../shared/inference-protocol'

/** A job for plain maps of every task: no cut links, nothing streamed. */
export function plainForward(image: KeyedImage, keepAttention: boolean): ForwardJob {
  return {
    kind: 'forward',
    image,
    tasks: null,
    biases: { task: null, scale: null },
    keepAttention,
    stream: { logits: false, attention: false },
  }
}
