import * as v from 'valibot'
import { problemFrom } from '../shared/errors'
import {
  isFailure,
  requestSchema,
  type InferenceReply,
  type InferenceRequest,
} from '../shared/inference-protocol'
import { Encoder } from './encoder'
import { encoderMap } from './encoder-map'
import { forward } from './forward'
import { Model } from './model'

/**
 * The inference child: one request at a time, in the order they came. A run blocks this process (onnxruntime-node is
 * synchronous), so cancelling means killing it; the engine starts another.
 */
let encoder: Encoder | null = null
let queue: Promise<void> = Promise.resolve()

process.on('message', (message) => {
  queue = queue.then(() => answer(v.parse(requestSchema, message)))
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the parent decides what it means and ends this process.
process.on('SIGINT', () => undefined)

async function answer(request: InferenceRequest): Promise<void> {
  const { id, job } = request
  try {
    const current = await use(request)
    const result =
      job.kind === 'forward'
        ? await forward(current, job, {
            progress: (graph, done, total) => reply({ type: 'progress', id, graph, done, total }),
            tensor: (tensor) => reply({ type: 'tensor', id, tensor }),
          })
        : await encoderMap(current, job)
    await reply({ type: 'done', id, result })
  } catch (error) {
    const { code, message } = problemFrom(error)
    await reply({ type: 'failed', id, code: isFailure(code) ? code : 'internal', message })
  }
}

/** The model a request names: the one in use, or a new one in its place. */
async function use({ model: ref }: InferenceRequest): Promise<Encoder> {
  const open = encoder?.model.ref
  if (
    encoder &&
    open?.hash === ref.hash &&
    open.directory === ref.directory &&
    open.provider === ref.provider
  )
    return encoder
  await encoder?.model.release()
  encoder = new Encoder(new Model(ref))
  return encoder
}

/** Resolves when the message is written, so that large tensors do not pile up in memory. */
function reply(message: InferenceReply): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) throw new Error('the inference process has no parent; it is started by the engine')
    process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
  })
}
