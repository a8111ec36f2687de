import * as v from 'valibot'
import { assertNever, problemFrom } from '../shared/errors'
import {
  isFailure,
  requestSchema,
  type InferenceReply,
  type InferenceRequest,
  type JobResults,
  type LoadedModel,
} from '../shared/inference-protocol'
import { Encoder } from './encoder'
import { forward } from './forward'
import { Lab } from './lab/lab'
import { Model } from './model'

/**
 * The inference child: one request at a time, in the order they came. A run blocks this process (onnxruntime-node is
 * synchronous), so cancelling means killing it; the engine starts another.
 */
let open: { readonly encoder: Encoder; readonly lab: Lab } | null = null
let named: LoadedModel | null = null
let queue: Promise<void> = Promise.resolve()

process.on('message', (message) => {
  queue = queue.then(() => answer(v.parse(requestSchema, message)))
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the parent decides what it means and ends this process.
process.on('SIGINT', () => undefined)

async function answer(request: InferenceRequest): Promise<void> {
  const { id } = request
  try {
    await reply({ type: 'done', id, result: await resultOf(request) })
  } catch (error) {
    const { code, message } = problemFrom(error)
    await reply({ type: 'failed', id, code: isFailure(code) ? code : 'internal', message })
  }
}

async function resultOf(request: InferenceRequest): Promise<JobResults[keyof JobResults]> {
  const { id, job } = request
  const { encoder, lab } = await use(request)
  switch (job.kind) {
    case 'forward':
      if (job.keepAttention) lab.leaveFor(job.image.key)
      return forward(encoder, job, {
        progress: (graph, done, total) => reply({ type: 'progress', id, graph, done, total }),
        tensor: (tensor) => reply({ type: 'tensor', id, tensor }),
      })
    case 'lab':
      return lab.answer(job)
    default:
      return assertNever(job)
  }
}

/** The model a request means: the one in use, or a new one in its place. */
async function use({ model }: InferenceRequest): Promise<NonNullable<typeof open>> {
  const ref = model ?? named
  if (!ref) throw new Error('the first request names no model')
  named = ref
  const used = open?.encoder.model.ref
  if (open && used?.hash === ref.hash && used.directory === ref.directory && used.provider === ref.provider)
    return open
  await open?.encoder.model.release()
  const encoder = new Encoder(new Model(ref))
  return (open = { encoder, lab: new Lab(encoder) })
}

/** Resolves when the message is written, so that large tensors do not pile up in memory. */
function reply(message: InferenceReply): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) throw new Error('the inference process has no parent; it is started by the engine')
    process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
  })
}
