import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import type { ServerEvent } from '../../shared/contract'
import { createHttpClient } from './http-client'

interface Call {
  url: string
  init: RequestInit
}

function clientAnswering(answer: (call: Call) => Response | Promise<Response>): {
  client: ReturnType<typeof createHttpClient>
  calls: Call[]
} {
  const calls: Call[] = []
  const client = createHttpClient('http://engine', async (url, init = {}) => {
    calls.push({ url, init })
    return answer({ url, init })
  })
  return { client, calls }
}
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })

describe('the HTTP client', () => {
  it('reads framed maps exactly and names samples safely', async () => {
    const header = { kind: 'scalar', width: 2, height: 1, revision: 7 }
    const bytes = new Uint8Array(Float32Array.of(1.25, 0).buffer)
    const { client, calls } = clientAnswering(() => new Response(encodeFrame(header, bytes)))
    const { map, revision } = await client.map('a/b c', 'depth', 'corrected')
    expect(revision).toBe(7)
    expect([...map.data]).toEqual([1.25, 0])
    expect(calls[0]?.url).toBe('http://engine/v1/samples/a%2Fb%20c/maps/depth/corrected')
  })

  it('sends a gesture as one frame with its tiles in order', async () => {
    const { client, calls } = clientAnswering(() => json({ revisions: { semseg: 4, edge: 1 } }))
    const tiles = [
      { tx: 0, ty: 0, bytes: Uint8Array.of(1, 2) },
      { tx: 1, ty: 0, bytes: Uint8Array.of(3) },
    ]
    const gesture = {
      id: 'gesture-1',
      label: 'Paint',
      maps: [
        { task: 'semseg', baseRevision: 3, tiles },
        { task: 'edge', baseRevision: 0, tiles: [{ tx: 2, ty: 0, bytes: Uint8Array.of(4) }] },
      ],
    } as const
    expect(await client.correct('s', gesture)).toEqual({ revisions: { semseg: 4, edge: 1 } })
    const { method, body } = calls[0]!.init
    expect(method).toBe('PATCH')
    if (!(body instanceof Uint8Array)) throw new Error('not bytes')
    const frame = decodeFrame(new Uint8Array(body))
    expect(frame.header).toEqual({
      id: 'gesture-1',
      label: 'Paint',
      maps: [
        {
          task: 'semseg',
          baseRevision: 3,
          tiles: [
            { tx: 0, ty: 0, bytes: 2 },
            { tx: 1, ty: 0, bytes: 1 },
          ],
        },
        { task: 'edge', baseRevision: 0, tiles: [{ tx: 2, ty: 0, bytes: 1 }] },
      ],
    })
    expect([...frame.payload]).toEqual([1, 2, 3, 4])
  })

  it('hands the engine’s own reason on', async () => {
    const problem = { code: 'revision_conflict', message: 'at 5', details: { revision: 5 } }
    const { client } = clientAnswering(() => json(problem, 409))
    await expect(client.sample('s')).rejects.toMatchObject(problem)
  })

  it('says so when there is no reason, no engine, or another engine', async () => {
    await expect(
      clientAnswering(() => new Response('oops', { status: 502 })).client.status(),
    ).rejects.toThrow(/HTTP 502/)
    const gone = clientAnswering(() => Promise.reject(new TypeError('fetch failed')))
    await expect(gone.client.status()).rejects.toThrow(/does not answer/)
    const other = clientAnswering(() => json({ total: 'many' }))
    await expect(other.client.samples({}, { offset: 0, limit: 10 })).rejects.toThrow(/same version/)
  })

  it('calls an aborted request cancelled', async () => {
    const { client } = clientAnswering(() => Promise.reject(new DOMException('stop', 'AbortError')))
    await expect(client.predict('s')).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('follows events across chunks, skips what it does not know, and stops', async () => {
    const encoder = new TextEncoder()
    let push: (text: string) => void = () => undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        push = (text) => controller.enqueue(encoder.encode(text))
      },
    })
    const { client, calls } = clientAnswering(() => new Response(body))
    const events: ServerEvent[] = []
    let opened = 0
    const stop = client.follow({
      opened: () => opened++,
      lost: () => undefined,
      event: (event) => events.push(event),
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    push(': open\n\nevent: prediction\ndata: {"type":"predic')
    push('tion","sample":"é"}\n\nevent: news\ndata: {"type":"news"}\n\nevent: x\ndata: {broken\n\n')
    push('event: model\ndata: {"type":"model"}\n\n')
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(opened).toBe(1)
    expect(events).toEqual([{ type: 'prediction', sample: 'é' }, { type: 'model' }])
    stop()
    expect(calls[0]?.init.signal?.aborted).toBe(true)
  })
})
