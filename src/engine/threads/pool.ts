import type { Worker } from 'node:worker_threads'
import { AppError, errorFromProblem } from '../../shared/errors'
import type { ThreadAnswer, ThreadRequest } from './serve'
import { startThread } from './start-thread'

export interface PoolOptions {
  /** The built entry and its source, see `startThread`. */
  readonly name: string
  readonly source: string
  /** What each thread is started with. */
  readonly data: unknown
  /** Threads at most; each is started when there is something to do for it. */
  readonly size: number
  /** Requests a thread has at a time: more than one where it also waits for the disk. */
  readonly atOnce?: number
}

interface Ticket {
  readonly request: unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}
interface Thread {
  readonly worker: Worker
  readonly running: Map<number, Ticket>
}

/**
 * Answers requests on threads that run `serveThread`, in order as threads become free. A thread that ends takes the
 * requests it had with it; the next request starts another. Idle threads do not keep the program alive.
 */
export class ThreadPool<Request> {
  readonly #waiting: Ticket[] = []
  readonly #threads = new Set<Thread>()
  #nextId = 0

  constructor(private readonly options: PoolOptions) {}

  /** What the thread gave, as the caller knows its type. Throws what it threw, and `internal` when it ended. */
  run<Result>(request: Request): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject })
      this.#advance()
    })
  }

  /** Ends the threads; what has not been answered is rejected with `cancelled`. */
  async close(): Promise<void> {
    const closed = new AppError('cancelled', 'its threads were ended')
    for (const { reject } of this.#waiting.splice(0)) reject(closed)
    const threads = [...this.#threads]
    this.#threads.clear()
    for (const { running } of threads) for (const { reject } of running.values()) reject(closed)
    await Promise.all(threads.map(({ worker }) => worker.removeAllListeners('exit').terminate()))
  }

  #advance(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#free()
      if (!thread) return
      const ticket = this.#waiting.shift()!
      const id = this.#nextId++
      thread.running.set(id, ticket)
      thread.worker.ref()
      const message: ThreadRequest<unknown> = { id, request: ticket.request }
      thread.worker.postMessage(message)
    }
  }

  /** The thread with the least to do, a new one before any has two requests; null when all are busy. */
  #free(): Thread | null {
    const [least] = [...this.#threads].sort((a, b) => a.running.size - b.running.size)
    if (least?.running.size === 0) return least
    if (this.#threads.size < this.options.size) return this.#start()
    return least && least.running.size < (this.options.atOnce ?? 1) ? least : null
  }

  #start(): Thread {
    const { name, source, data } = this.options
    const thread: Thread = { worker: startThread(name, source, data), running: new Map() }
    this.#threads.add(thread)
    const ended = (cause: unknown): void => {
      if (!this.#threads.delete(thread)) return
      const reason = cause instanceof Error ? cause.message : String(cause)
      const error = new AppError('internal', `a thread (${name}) ended: ${reason}`, undefined, { cause })
      for (const { reject } of thread.running.values()) reject(error)
      this.#advance()
    }
    thread.worker.on('error', ended)
    thread.worker.on('exit', (code) => ended(new Error(`exit code ${code}`)))
    thread.worker.on('message', ({ id, ...answer }: ThreadAnswer<never>) => {
      const ticket = thread.running.get(id)
      thread.running.delete(id)
      if ('problem' in answer) ticket?.reject(errorFromProblem(answer.problem))
      else ticket?.resolve(answer.result)
      this.#advance()
      if (thread.running.size === 0) thread.worker.unref()
    })
    return thread
  }
}
