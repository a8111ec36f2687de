import type * as v from 'valibot'
import {
  effectsRequestSchema,
  galleryRequestSchema,
  interveneRequestSchema,
  matrixRequestSchema,
  queryRequestSchema,
  traceRequestSchema,
} from '../../shared/lab/wire'
import { AppError } from '../../shared/errors'
import type { SampleLab } from '../lab/sample-lab'
import { parse } from './parse'

/** A frame, or what is sent as JSON. */
export type LabReply = Uint8Array<ArrayBuffer> | object
/** Answers the question `name` about the sample `id`; `body` is JSON text. Throws as `shared/lab/wire.ts` says. */
export type AskLab = (name: string, id: string, body: string, signal: AbortSignal) => Promise<LabReply>

type Question = (lab: SampleLab, id: string, body: unknown, signal: AbortSignal) => Promise<LabReply>

function question<S extends v.GenericSchema>(
  schema: S,
  ask: (lab: SampleLab, id: string, request: v.InferOutput<S>, signal: AbortSignal) => Promise<LabReply>,
): Question {
  return (lab, id, body, signal) => ask(lab, id, parse(schema, body, 'the request body'), signal)
}

const QUESTIONS: ReadonlyMap<string, Question> = new Map([
  ['trace', question(traceRequestSchema, (lab, ...asked) => lab.trace(...asked))],
  ['query', question(queryRequestSchema, (lab, ...asked) => lab.query(...asked))],
  ['gallery', question(galleryRequestSchema, (lab, ...asked) => lab.gallery(...asked))],
  ['matrix', question(matrixRequestSchema, (lab, ...asked) => lab.matrix(...asked))],
  ['intervene', question(interveneRequestSchema, (lab, ...asked) => lab.intervene(...asked))],
  ['effects', question(effectsRequestSchema, (lab, ...asked) => lab.effects(...asked))],
])

/** The questions of the attention lab, as requests (`routes/lab.ts`) and over a line (`line.ts`). */
export function labQuestions(lab: SampleLab): AskLab {
  return async (name, id, body, signal) => {
    const asked = QUESTIONS.get(name)
    if (!asked) throw new AppError('not_found', `the attention lab has no question ${name}`)
    let content: unknown
    try {
      content = JSON.parse(body)
    } catch (cause) {
      throw new AppError('bad_arguments', 'the request body is not JSON', undefined, { cause })
    }
    return asked(lab, id, content, signal)
  }
}
