import { expect, it, vi } from 'vitest'
import { encodeFrame } from '../../shared/frame'
import { lineFetch, type Socket } from './line'
import type { Reply } from './transport'

/** A socket whose other end is the test. */
class FakeSocket extends EventTarget implements Pick<Socket, 'binaryType' | 'OPEN' | 'readyState' | 'send'> {
  binaryType: BinaryType = 'blob'
  readonly OPEN = 1
  readyState: Socket['readyState'] = 0
  readonly sent: Record<string, unknown>[] = []
  send(text: unknown): void {
    this.sent.push(JSON.parse(String(text)) as Record<string, unknown>)
  }
  open(): void {
    this.readyState = 1
  }
  answer(header: unknown, text: string): void {
    const { buffer } = encodeFrame(header, new TextEncoder().encode(text))
    this.dispatchEvent(new MessageEvent('message', { data: buffer }))
  }
  lose(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
}

const text = async (reply: Reply): Promise<string> =>
  new TextDecoder().decode('bytes' in reply ? await reply.bytes() : await reply.arrayBuffer())

function lines(): {
  ask: (init?: RequestInit) => Promise<Reply>
  made: FakeSocket[]
  others: () => number
} {
  const made: FakeSocket[] = []
  const other = vi.fn(() => Promise.resolve(new Response('other way')))
  const fetcher = lineFetch(() => {
    const socket = new FakeSocket()
    made.push(socket)
    return socket
  }, other)
  const ask = (init: RequestInit = {}): Promise<Reply> =>
    fetcher('/v1/x', { method: 'POST', body: '{"a":1}', ...init })
  return { ask, made, others: () => other.mock.calls.length }
}

it('asks the other way until the line is open, and then over the line', async () => {
  const { ask, made, others } = lines()
  expect(await text(await ask())).toBe('other way')
  made[0]!.open()
  const [first, second] = [ask(), ask()]
  expect(made[0]!.sent).toEqual([
    { id: 1, path: '/v1/x', body: '{"a":1}' },
    { id: 2, path: '/v1/x', body: '{"a":1}' },
  ])
  made[0]!.answer({ id: 2, status: 404 }, 'two')
  made[0]!.answer({ id: 1, status: 200 }, 'one')
  made[0]!.answer({ id: 1, status: 200 }, 'again')
  expect([(await second).status, await text(await second)]).toEqual([404, 'two'])
  expect([(await first).ok, await text(await first)]).toEqual([true, 'one'])
  expect([made.length, others()]).toEqual([1, 1])
})

it('asks again what a lost line left open, and opens another one only after a while', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { ask, made, others } = lines()
    await ask()
    made[0]!.open()
    const open = ask()
    made[0]!.lose()
    expect(await text(await open)).toBe('other way')
    await ask()
    expect([made.length, others()]).toEqual([1, 3])
    vi.advanceTimersByTime(3001)
    await ask()
    expect(made.length).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})

it('says that a question was given up, and what is no question goes the other way', async () => {
  const { ask, made, others } = lines()
  await ask()
  made[0]!.open()
  const abort = new AbortController()
  const given = ask({ signal: abort.signal })
  abort.abort()
  await expect(given).rejects.toMatchObject({ name: 'AbortError' })
  expect(made[0]!.sent.at(-1)).toEqual({ id: 1, cancelled: true })
  made[0]!.answer({ id: 1, status: 200 }, 'late')
  await ask({ signal: AbortSignal.abort() })
  await ask({ method: 'DELETE', body: null })
  expect(others()).toBe(3)
})
