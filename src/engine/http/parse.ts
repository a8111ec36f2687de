import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { SOURCES, type Source } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { problemResponse } from './problems'

const taskSchema = v.picklist(TASK_IDS)
const sourceSchema = v.picklist(SOURCES)
const indexSchema = v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number))

/** Throws `bad_arguments` saying what is wrong with which field. */
export function parse<T extends v.GenericSchema>(schema: T, value: unknown, what: string): v.InferOutput<T> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const where = v.getDotPath(issue)
  throw new AppError('bad_arguments', `${what}${where === null ? '' : ` (${where})`}: ${issue.message}`)
}

export async function parseJson<T extends v.GenericSchema>(c: Context, schema: T): Promise<v.InferOutput<T>> {
  let body: unknown
  try {
    body = JSON.parse(await c.req.text())
  } catch (cause) {
    throw new AppError('bad_arguments', 'the request body is not JSON', undefined, { cause })
  }
  return parse(schema, body, 'the request body')
}

export function taskOf(text: string | undefined): TaskId {
  return parse(taskSchema, text, 'the task')
}
export function sourceOf(text: string | undefined): Source {
  return parse(sourceSchema, text, 'the source')
}
export function indexOf(text: string | undefined, what: string): number {
  return parse(indexSchema, text, what)
}

/** Refuses larger bodies with 413 before they are read whole. */
export function limitBody(maxSize: number): MiddlewareHandler {
  const refuse = (): Response =>
    problemResponse(new AppError('file_too_large', `the request body exceeds ${maxSize} bytes`))
  return bodyLimit({ maxSize, onError: refuse })
}

/** Binary answers that must not be kept: maps change with every edit. */
export function binary(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
  })
}
