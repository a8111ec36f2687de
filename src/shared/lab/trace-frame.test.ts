import { expect, it } from 'vitest'
import { decodeFrame, encodeFrame } from '../frame'
import { encodeWeights } from './quantised'
import { readTrace, traceNumbers } from './trace-frame'
import type { TraceHeader } from './wire'

const read = Float32Array.of(0.5, 0.25)
const origin = Float32Array.of(0.125, 0.75)
const values = [
  [0, 0.25, 0.0625, 1],
  [0.5, 0, 0.125, 0.5],
]
const header: TraceHeader = {
  ownFeature: 0.25,
  sources: [],
  flow: { own: [0.25], decoder: [0.75], scales: [[1]], tasks: [[1]] },
  read: { offset: 0, length: 2 },
  origin: { offset: 2, length: 2 },
  maps: values.map((map, at) => ({
    task: 'depth',
    scale: at,
    width: 2,
    height: 2,
    imageRect: { x: 0, y: 0, width: 2, height: 2 },
    // Behind the four floats, in codes of two bytes.
    offset: 8 + 4 * at,
    max: Math.max(...map),
  })),
}

function payload(): (Float32Array | Uint16Array)[] {
  const codes = values.map((map) => {
    const found = new Uint16Array(4)
    encodeWeights(Float32Array.from(map), 0, 4, Math.max(...map), found, 0)
    return found
  })
  return [read, origin, ...codes]
}

it('reads back what a frame was made of, wherever it lies in memory', () => {
  const frame = encodeFrame(header, ...payload())
  const shifted = new Uint8Array(frame.length + 1)
  shifted.set(frame, 1)
  for (const bytes of [frame, shifted.subarray(1)]) {
    const trace = readTrace(bytes)
    expect(trace.header).toEqual(header)
    expect([...trace.read, ...trace.origin]).toEqual([...read, ...origin])
    trace.maps.forEach((map, at) =>
      map.forEach((value, cell) => expect(value).toBeCloseTo(values[at]![cell]!, 4)),
    )
  }
})

it('refuses a frame that is shorter than its header says', () => {
  const whole = encodeFrame(header, ...payload())
  const cut = decodeFrame(whole.slice(0, whole.length - 2)).payload
  expect(() => traceNumbers(header, cut)).toThrow(/names 32 bytes of numbers, found 30/)
})
