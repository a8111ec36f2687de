import * as v from 'valibot'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import type { MapStep, Step } from '../../shared/history'
import { TASK_IDS, type TaskId } from '../../shared/tasks'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const rect = { x: count, y: count, width: count, height: count }
const headerSchema = v.object({
  maps: v.array(
    v.object({
      target: v.picklist(TASK_IDS),
      patches: v.array(v.object({ tx: count, ty: count, ...rect, sum: count, bytes: count })),
    }),
  ),
  selection: v.nullable(
    v.object({
      other: v.nullable(
        v.object({ width: count, height: count, bounds: v.nullable(v.object(rect)), bytes: count }),
      ),
    }),
  ),
})

/** A step as compressed bytes. */
export async function encodeStep({ maps, selection }: Step<TaskId>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const add = (bytes: Uint8Array<ArrayBuffer>): number => {
    parts.push(bytes)
    return bytes.byteLength
  }
  const header: v.InferOutput<typeof headerSchema> = {
    maps: maps.map(({ target, patches }) => ({
      target,
      patches: patches.map((patch) => ({ ...patch, bytes: add(patch.bytes) })),
    })),
    selection: selection && {
      other: selection.other && { ...selection.other, bytes: add(bytesOfRuns(selection.other.runs)) },
    },
  }
  const payload = new Uint8Array(await new Blob(parts).arrayBuffer())
  return through(encodeFrame(strip(header), payload), new CompressionStream('deflate-raw'))
}

/** The step that `encodeStep` was given. Throws for bytes it did not write. */
export async function decodeStep(stored: Uint8Array<ArrayBuffer>): Promise<Step<TaskId>> {
  const frame = decodeFrame(await through(stored, new DecompressionStream('deflate-raw')))
  const { maps, selection } = v.parse(headerSchema, frame.header)
  let at = 0
  const take = (length: number): Uint8Array<ArrayBuffer> => frame.payload.slice(at, (at += length))
  return {
    maps: maps.map(({ target, patches }): MapStep<TaskId> => ({
      target,
      patches: patches.map((patch) => ({ ...patch, bytes: take(patch.bytes) })),
    })),
    selection: selection && {
      other: selection.other && {
        width: selection.other.width,
        height: selection.other.height,
        bounds: selection.other.bounds,
        runs: new Uint32Array(take(selection.other.bytes).buffer),
      },
    },
  }
}

/** Drops what is not in the schema: the bytes themselves travel in the payload. */
function strip(header: v.InferOutput<typeof headerSchema>): v.InferOutput<typeof headerSchema> {
  return v.parse(headerSchema, header)
}

function bytesOfRuns(runs: Uint32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength)
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}
