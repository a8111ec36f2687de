import { AppError } from '../../shared/errors'
import type { KeyedImage, ModelRef } from '../../shared/inference-protocol'
import type { Intervention } from '../../shared/lab/intervention'
import type { LabAnswer, LabAsk, LabJob } from '../../shared/lab/protocol'
import type { RunOptions } from '../inference/child-queue'
import type { InferenceHost } from '../inference/host'

/** An image that the child may have open already: its pixels are read only when it asks for them. */
export interface LabImage {
  /** Hash of the photo's file. */
  readonly key: string
  readonly width: number
  readonly height: number
  readonly read: () => Promise<KeyedImage>
}

export interface AskOptions extends Pick<RunOptions, 'signal' | 'slot'> {
  /** Encoder queries of a source of replaced queries, by `sourceKey`. */
  readonly queriesOf?: (source: string) => Promise<Float32Array<ArrayBuffer>>
}

type Answer<K extends LabAsk['kind']> = Extract<
  LabAnswer,
  { kind: K extends 'predict' ? 'maps' : K extends 'close' ? 'closed' : K }
>

/**
 * Asks the attention lab in the child. What it keeps of an image costs a second to make, so a question that is given up
 * while it runs is left to end. Throws `bad_arguments`, `capability_missing`, and what a run can fail with.
 */
export async function askLab<A extends LabAsk>(
  host: InferenceHost,
  ref: ModelRef,
  image: LabImage,
  interventions: readonly Intervention[],
  ask: A,
  { queriesOf, signal, slot }: AskOptions = {},
): Promise<Answer<A['kind']>> {
  const { key, width, height } = image
  const options = { patient: true, signal, ...(slot !== undefined && { slot }) }
  let job: LabJob = {
    kind: 'lab',
    image: { key, width, height, data: null },
    interventions: [...interventions],
    queries: [],
    ask,
  }
  // The child may be another one when it is asked again; after that something is wrong.
  for (let attempt = 0; attempt < 4; attempt++) {
    const { answer } = await host.run(ref, job, options)
    if (answer.kind !== 'needs') {
      if (isAnswer(answer, ask)) return answer
      throw new AppError('internal', `the lab was asked for ${ask.kind} and answered ${answer.kind}`)
    }
    const queries = []
    for (const source of answer.sources) {
      if (!queriesOf) throw new AppError('bad_arguments', `nothing gives the queries of ${source}`)
      queries.push({ source, data: await queriesOf(source) })
    }
    const { data } = answer.image ? await image.read() : job.image
    job = { ...job, image: { ...job.image, data }, queries: [...job.queries, ...queries] }
  }
  throw new AppError('internal', 'the inference process keeps losing the image; try again')
}

function isAnswer<A extends LabAsk>(answer: LabAnswer, ask: A): answer is Answer<A['kind']> {
  if (ask.kind === 'predict') return answer.kind === 'maps'
  return answer.kind === (ask.kind === 'close' ? 'closed' : ask.kind)
}
