import * as v from 'valibot'

/**
 * The line: a WebSocket at /v1/line that carries the questions of the attention lab, which are asked with every movement of
 * the pointer. A request of its own costs a page milliseconds before the first byte leaves; a message on an open socket
 * does not.
 *
 * To the engine: text, JSON of one `lineMessageSchema`. From it: binary, `frame(LineAnswer, what the route would have
 * answered)` (`frame.ts`), in the order in which answers are ready.
 */
const id = v.pipe(v.number(), v.integer(), v.minValue(0))

export const lineMessageSchema = v.union([
  /** POST `path`, /v1/samples/:id/lab/:question, with this JSON text. */
  v.strictObject({ id, path: v.pipe(v.string(), v.startsWith('/v1/')), body: v.string() }),
  /** The answer is no longer wanted; none comes. */
  v.strictObject({ id, cancelled: v.literal(true) }),
])
export type LineMessage = v.InferOutput<typeof lineMessageSchema>

export const lineAnswerSchema = v.object({ id, status: v.pipe(v.number(), v.integer()) })
export type LineAnswer = v.InferOutput<typeof lineAnswerSchema>
