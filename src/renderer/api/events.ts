import * as v from 'valibot'
import { eventSchema } from '../../shared/contract'
import type { EventListener } from './client'

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 10_000

/**
 * Reads server-sent events from a streamed response and connects again, more and more slowly, until disposed. A stream
 * instead of EventSource, because the desktop's custom protocol has no EventSource.
 */
export function followEvents(
  connect: (signal: AbortSignal) => Promise<Response>,
  listener: EventListener,
): () => void {
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    let wait = FIRST_RETRY_MS
    while (!stopped.signal.aborted) {
      try {
        const response = await connect(stopped.signal)
        listener.opened()
        wait = FIRST_RETRY_MS
        if (response.body) await readEvents(response.body, listener)
      } catch {
        // The engine went away; `lost` below tells, and the loop connects again.
      }
      if (stopped.signal.aborted) return
      listener.lost()
      await pause(wait, stopped.signal)
      wait = Math.min(LAST_RETRY_MS, wait * 2)
    }
  }
  void run()
  return () => stopped.abort()
}

async function readEvents(body: ReadableStream<Uint8Array>, listener: EventListener): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (text + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/)
    text = blocks.pop() ?? ''
    for (const block of blocks) handle(block, listener)
  }
}

/** One event block; comments (keep-alive) and events of a newer engine are skipped. */
function handle(block: string, listener: EventListener): void {
  const data = block
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n')
  if (data === '') return
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    return
  }
  const result = v.safeParse(eventSchema, parsed)
  if (result.success) listener.event(result.output)
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
