import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { fakePredictions } from '../../../test/support/fake-predictions'
import { Services } from '../services'
import { createApp } from './app'
import { decodeFrame } from '../../shared/frame'
import type { LineAnswer } from '../../shared/line'
import type { AskLab } from './lab-questions'
import { Line } from './line'
import { listen, type Listening } from './listen'

const TOKEN = 'correct-horse'
const bearer = { authorization: `Bearer ${TOKEN}` }
const PATH = '/v1/samples/nobody/lab/trace'

let server: Listening
beforeEach(async () => {
  server = await listen(createApp(new Services(fakePredictions()), { token: TOKEN }), '127.0.0.1', 0)
})
afterEach(() => server.close())

function connect(headers: Record<string, string>): WebSocket {
  return new WebSocket(`${server.url.replace('http', 'ws')}/v1/line`, { headers })
}
/** `open`, or what the server answered instead. */
function outcome(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'))
    socket.on('error', ({ message }) => resolve(message))
  })
}
function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.on('close', resolve))
}
async function opened(): Promise<WebSocket> {
  const socket = connect(bearer)
  expect(await outcome(socket)).toBe('open')
  return socket
}

it('opens for who has the token, and for no other page', async () => {
  const first = await fetch(`${server.url}/?token=${TOKEN}`, { redirect: 'manual' })
  const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const refused = 'Unexpected server response: 401'
  expect(await outcome(connect({}))).toBe(refused)
  expect(await outcome(connect({ authorization: 'Bearer wrong' }))).toBe(refused)
  expect(await outcome(connect({ ...bearer, host: 'rebound.example' }))).toBe(refused)
  expect(await outcome(connect({ cookie, origin: 'http://127.0.0.1:9999' }))).toBe(refused)
  const own = connect({ cookie, origin: server.url })
  expect(await outcome(own)).toBe('open')
  own.terminate()
})

it('answers as the routes do, each question under its number', async () => {
  const socket = await opened()
  const answers = new Map<number, { status: number; text: string }>()
  socket.on('message', (data: Buffer) => {
    const { header, payload } = decodeFrame(new Uint8Array(data))
    const { id, status } = header as { id: number; status: number }
    answers.set(id, { status, text: new TextDecoder().decode(payload) })
  })
  const bodies = ['{}', 'no JSON', '{"x":1}']
  bodies.forEach((body, id) => socket.send(JSON.stringify({ id, path: PATH, body })))
  socket.send(JSON.stringify({ id: 3, path: '/v1/nothing', body: '{}' }))
  await expect.poll(() => answers.size).toBe(4)
  const headers = { ...bearer, 'content-type': 'application/json' }
  for (const [id, body] of bodies.entries()) {
    const response = await fetch(server.url + PATH, { method: 'POST', headers, body })
    expect(answers.get(id)).toEqual({ status: response.status, text: await response.text() })
    expect(response.status).toBeGreaterThanOrEqual(400)
  }
  expect(answers.get(3)?.status).toBe(404)
  socket.terminate()
})

it('closes on what is no message and on what is too long', async () => {
  for (const [text, code] of [
    ['hello', 1008],
    [JSON.stringify({ id: 1, path: '/other', body: '' }), 1008],
    [JSON.stringify({ id: 1, path: PATH, body: 'x'.repeat(5_000_000) }), 1009],
  ] as const) {
    const socket = await opened()
    socket.on('error', () => undefined)
    const closed = closing(socket)
    socket.send(text)
    expect(await closed).toBe(code)
  }
})

it('ends with the server', async () => {
  const closed = closing(await opened())
  await server.close()
  expect(await closed).toBe(1006)
  server = { url: '', close: () => Promise.resolve() }
})

it('sends no answer that was given up, and tells the route', async () => {
  const asked: AbortSignal[] = []
  const sent: LineAnswer[] = []
  let finish = (): void => undefined
  const ask: AskLab = async (_name, _id, _body, signal) => {
    asked.push(signal)
    if (asked.length === 1) await new Promise<void>((resolve) => (finish = resolve))
    return {}
  }
  const line = new Line(ask, (answer) => sent.push(answer))
  const first = line.receive(JSON.stringify({ id: 1, path: PATH, body: '{}' }))
  await line.receive(JSON.stringify({ id: 1, cancelled: true }))
  expect(asked[0]?.aborted).toBe(true)
  finish()
  await first
  expect(sent).toEqual([])
  await line.receive(JSON.stringify({ id: 2, path: PATH, body: '{}' }))
  expect(sent).toEqual([{ id: 2, status: 200 }])
})
