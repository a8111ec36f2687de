import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { CHROMIUM_ARGS, temporaryFolder } from '../e2e/studio'

/** Milliseconds after which a command of the protocol is given up: a page that hangs must not hang the bench. */
/** Milliseconds that a browser gets to end. */
const CLOSING_MS = 5000
const PATIENCE_MS = 60_000

const replySchema = v.object({
  id: v.optional(v.number()),
  error: v.optional(v.object({ message: v.string() })),
  result: v.optional(v.record(v.string(), v.unknown())),
})
const evaluatedSchema = v.object({
  result: v.object({ value: v.optional(v.unknown()) }),
  exceptionDetails: v.optional(v.object({ text: v.string() })),
})

export interface BarePage {
  /** What a function gives in the page, which sees nothing of this file but its arguments. Throws where it throws, and after a minute. */
  run<A extends readonly (string | number)[]>(inPage: (...given: A) => unknown, ...given: A): Promise<unknown>
  /** Moves the mouse; CSS pixels of the window. */
  moveTo(x: number, y: number): Promise<void>
  close(): Promise<void>
}

/**
 * One page of a headless Chromium, spoken to through a pipe with nothing of the protocol switched on but what moves the
 * mouse and evaluates, so that nothing of what is measured is the driver's.
 */
export async function openBareChromium(
  url: string,
  { width, height, args = [] }: { width: number; height: number; args?: readonly string[] },
): Promise<BarePage> {
  const profile = temporaryFolder()
  const browser = spawn(
    process.env.MQ_STUDIO_CHROMIUM ?? '/usr/bin/chromium',
    [
      ...CHROMIUM_ARGS,
      ...args,
      '--headless=new',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile.path}`,
      `--window-size=${width},${height}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const ended = once(browser, 'exit')
  const close = async (): Promise<void> => {
    // Asked to, it ends its own processes first; killed, these may still write into the profile that is removed.
    const killed = setTimeout(() => browser.kill('SIGKILL'), CLOSING_MS)
    await Promise.all([ended, send('Browser.close', {}).catch(() => undefined)])
    clearTimeout(killed)
    profile.remove()
  }
  const send = commands(browser.stdio[3] as Writable, browser.stdio[4] as Readable)
  const open = async (): Promise<string> => {
    const { targetId } = await send('Target.createTarget', { url })
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const session = v.parse(v.string(), sessionId)
    // The window's own bars are no part of the page.
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false }
    await send('Emulation.setDeviceMetricsOverride', metrics, session)
    const ready = {
      expression: 'location.href !== "about:blank" && document.readyState',
      returnByValue: true,
    }
    const isReady = async (): Promise<boolean> =>
      v.parse(evaluatedSchema, await send('Runtime.evaluate', ready, session)).result.value === 'complete'
    // Until it has loaded there may be nothing to evaluate in.
    while (!(await isReady().catch(() => false))) await delay(100)
    return session
  }
  const session = await open().catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    async run(inPage, ...given) {
      // The compiler's helper that names functions is in this file only.
      const expression = `globalThis.__name = (f) => f; (${inPage.toString()})(...${JSON.stringify(given)})`
      const options = { expression, awaitPromise: true, returnByValue: true }
      const { result, exceptionDetails } = v.parse(
        evaluatedSchema,
        await send('Runtime.evaluate', options, session),
      )
      if (exceptionDetails) throw new Error(`${exceptionDetails.text} in ${inPage.name}`)
      return result.value
    },
    async moveTo(x, y) {
      await send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y }, session)
    },
    close,
  }
}

type Result = Readonly<Record<string, unknown>>
type Send = (method: string, params: object, sessionId?: string) => Promise<Result>

/** Commands to the browser and their results: JSON texts that end with a zero byte. */
function commands(to: Writable, from: Readable): Send {
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>()
  let text = ''
  let last = 0
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const { id, error, result } = v.parse(replySchema, JSON.parse(message))
      const asked = id !== undefined && waiting.get(id)
      if (!asked) continue
      waiting.delete(id)
      if (error) asked.reject(new Error(error.message))
      else asked.resolve(result ?? {})
    }
  })
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++last
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${method} was not answered`))),
        PATIENCE_MS,
      )
      const settle = (how: () => void): void => {
        clearTimeout(timer)
        waiting.delete(id)
        how()
      }
      waiting.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      })
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`)
    })
}
