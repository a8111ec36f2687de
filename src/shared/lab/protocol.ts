import * as v from 'valibot'
import { TASK_IDS } from '../tasks'
import { interventionsSchema } from './intervention'
import {
  galleryHeaderSchema,
  galleryRequestSchema,
  matrixAnswerSchema,
  matrixRequestSchema,
  queryHeaderSchema,
  queryRequestSchema,
  traceRequestSchema,
} from './wire'

/** The attention lab between the engine and the inference child, part of `inference-protocol.ts`. */
const taskId = v.picklist(TASK_IDS)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const floats = v.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array)
const bytes = v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array)

/** A selection as one byte per pixel of the image, 0 or 1. */
const region = v.nullable(bytes)
const withoutInterventions = ['model', 'interventions'] as const

const askSchema = v.variant('kind', [
  v.object({ kind: v.literal('trace'), ...v.omit(traceRequestSchema, withoutInterventions).entries }),
  v.object({ kind: v.literal('query'), ...v.omit(queryRequestSchema, withoutInterventions).entries }),
  v.object({ kind: v.literal('gallery'), ...v.omit(galleryRequestSchema, withoutInterventions).entries }),
  v.object({
    kind: v.literal('matrix'),
    ...v.omit(matrixRequestSchema, [...withoutInterventions, 'region']).entries,
    region,
  }),
  /** The maps that the interventions change; the run stays, to be looked into. */
  v.object({ kind: v.literal('maps'), tasks: v.array(taskId) }),
  /** The maps of all tasks named, changed or not; the run is not kept. */
  v.object({ kind: v.literal('predict'), tasks: v.array(taskId) }),
  /** How far `change` on top of the interventions moves each task; nothing of it is kept. */
  v.object({ kind: v.literal('effect'), change: interventionsSchema, tasks: v.array(taskId), region }),
  /** The encoder's queries of the image, (task, scale, query, channel). */
  v.object({ kind: v.literal('queries') }),
  v.object({ kind: v.literal('close') }),
])

export const labJobSchema = v.object({
  kind: v.literal('lab'),
  /** Without its pixels while the child has the image open: it asks for them when it has not. */
  image: v.object({ key: v.string(), width: count, height: count, data: v.nullable(bytes) }),
  interventions: interventionsSchema,
  /** Encoder queries of other images by `sourceKey`; those that are missing are asked for. */
  queries: v.array(v.object({ source: v.string(), data: floats })),
  ask: askSchema,
})

const mapSchema = v.object({
  task: taskId,
  map: v.variant('kind', [
    v.object({ kind: v.literal('class'), width: count, height: count, data: bytes }),
    v.object({ kind: v.literal('scalar'), width: count, height: count, data: floats }),
    v.object({ kind: v.literal('vector'), width: count, height: count, data: floats }),
    v.object({ kind: v.literal('probability'), width: count, height: count, data: floats }),
  ]),
})

const answerSchema = v.variant('kind', [
  /** The job must be sent again with the image's pixels, or the queries of these sources. */
  v.object({ kind: v.literal('needs'), image: v.boolean(), sources: v.array(v.string()) }),
  /** As it goes to the window, see `readTrace`: it is asked for with every move of a pointer. */
  v.object({ kind: v.literal('trace'), frame: bytes }),
  v.object({ kind: v.literal('query'), header: queryHeaderSchema, data: floats }),
  v.object({ kind: v.literal('gallery'), header: galleryHeaderSchema, data: bytes }),
  v.object({ kind: v.literal('matrix'), answer: matrixAnswerSchema }),
  v.object({
    kind: v.literal('maps'),
    maps: v.array(mapSchema),
    unchanged: v.array(taskId),
    seconds: v.number(),
  }),
  v.object({
    kind: v.literal('effect'),
    values: v.array(v.object({ task: taskId, value: v.nullable(v.number()) })),
    seconds: v.number(),
  }),
  v.object({ kind: v.literal('queries'), data: floats }),
  v.object({ kind: v.literal('closed') }),
])

export const labResultSchema = v.object({ kind: v.literal('lab'), answer: answerSchema })

export type LabJob = v.InferOutput<typeof labJobSchema>
export type LabAsk = v.InferOutput<typeof askSchema>
export type LabResult = v.InferOutput<typeof labResultSchema>
export type LabAnswer = LabResult['answer']
/** The parts of a question that choose weights. */
export type LabView = Pick<Extract<LabAsk, { kind: 'trace' }>, 'weighting' | 'head'>
