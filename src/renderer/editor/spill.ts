import * as v from 'valibot'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import type { MapStep, Step } from '../../shared/history'
import type { PackedMask } from '../../shared/mask-pack'
import { TASK_IDS, type TaskId } from '../../shared/tasks'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const rect = { x: count, y: count, width: count, height: count }
const headerSchema = v.object({
  maps: v.array(
    v.object({
      target: v.picklist(TASK_IDS),
      patches: v.array(
        v.object({ tx: count, ty: count, ...rect, sum: count, bytesSum: count, bytes: count }),
      ),
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

/** Below this many bytes compressing costs more time than it saves space. */
const COMPRESS_ABOVE = 16 * 1024

/** A step as bytes: one that says whether the frame after it is compressed. */
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
      other: selection.other && packed(selection.other, add),
    },
  }
  const frame = encodeFrame(header, joined(parts))
  return frame.byteLength > COMPRESS_ABOVE
    ? joined([Uint8Array.of(1), await through(frame, new CompressionStream('deflate-raw'))])
    : joined([Uint8Array.of(0), frame])
}

/** The step that `encodeStep` was given. Throws for bytes it did not write. */
export async function decodeStep(stored: Uint8Array<ArrayBuffer>): Promise<Step<TaskId>> {
  const body = stored.slice(1)
  const frame = decodeFrame(
    stored[0] === 1 ? await through(body, new DecompressionStream('deflate-raw')) : body,
  )
  const { maps, selection } = v.parse(headerSchema, frame.header)
  let at = 0
  const take = (length: number): Uint8Array<ArrayBuffer> => frame.payload.slice(at, (at += length))
  return {
    maps: maps.map(({ target, patches }): MapStep<TaskId> => ({
      target,
      patches: patches.map((patch) => ({ ...patch, bytes: take(patch.bytes) })),
      leftOn: null,
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

function packed(
  { width, height, bounds, runs }: PackedMask,
  add: (bytes: Uint8Array<ArrayBuffer>) => number,
): { width: number; height: number; bounds: PackedMask['bounds']; bytes: number } {
  return { width, height, bounds, bytes: add(bytesOfRuns(runs)) }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
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
