import type { ChildProcess } from 'node:child_process'
import * as v from 'valibot'
import { AppError } from '../../shared/errors'
import {
  replySchema,
  type InferenceJob,
  type InferenceRequest,
  type JobResults,
  type LoadedModel,
  type StreamedTensor,
} from '../../shared/inference-protocol'
import { forkInference, type SpawnInference } from './spawn'

export interface RunOptions {
  /** Aborting rejects with `cancelled`; a job that is already running is killed with its process. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (graph: string, done: number, total: number) => void
  /** Aborting leaves a job that is already running to its end: killing the child would lose what it keeps. */
  readonly patient?: boolean
  /** Of waiting jobs with the same slot only the newest is run; the others reject with `cancelled`. */
  readonly slot?: string
  /** Streamed tensors in the order they came; writing them may be asynchronous, the job ends after all of it. */
  readonly onTensor?: (tensor: StreamedTensor) => Promise<void> | void
}

type Result = JobResults[keyof JobResults]
type Outcome = { readonly result: Result } | { readonly error: Error }

interface Ticket {
  readonly id: number
  readonly model: LoadedModel
  readonly job: InferenceJob
  readonly options: RunOptions
  readonly settle: (outcome: Outcome) => void
  /** Work of `onTensor` that has not ended. */
  pending: Promise<void>
}

const STDERR_TAIL = 4000

/** Owns one inference child: a queue, one job at a time; cancel = SIGKILL; the next job starts a new child. */
export class ChildQueue {
  readonly #spawn: SpawnInference
  readonly #waiting: Ticket[] = []
  readonly #exits = new Set<Promise<void>>()
  #running: Ticket | null = null
  #child: ChildProcess | null = null
  /** The model that the child was told last. */
  #told: LoadedModel | null = null
  #nextId = 0
  #disposed = false

  constructor(spawn: SpawnInference = forkInference) {
    this.#spawn = spawn
  }

  /** Process id of the child that is alive, for diagnostics. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /**
   * Runs one job. Throws `cancelled`, `inference_crashed` (with the signal or exit code and the end of stderr), and what
   * a job can fail with in the child.
   */
  async run<J extends InferenceJob>(
    model: LoadedModel,
    job: J,
    options: RunOptions = {},
  ): Promise<JobResults[J['kind']]> {
    if (this.#disposed) throw new AppError('cancelled', 'the inference host is closed')
    const { signal } = options
    const result = await new Promise<Result>((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled())
      const onAbort = (): void => this.#cancel(ticket)
      const ticket: Ticket = {
        id: this.#nextId++,
        model,
        job,
        options,
        pending: Promise.resolve(),
        settle: (outcome) => {
          signal?.removeEventListener('abort', onAbort)
          if ('result' in outcome) resolve(outcome.result)
          else reject(outcome.error)
        },
      }
      signal?.addEventListener('abort', onAbort)
      const { slot } = options
      const older = slot && this.#waiting.find((waiting) => waiting.options.slot === slot)
      if (older) this.#cancel(older)
      this.#waiting.push(ticket)
      this.#advance()
    })
    if (isAnswer(result, job)) return result
    throw new AppError('internal', `a ${job.kind} job was answered with ${result.kind}`)
  }

  /** Ends a child that waits: after a fault its sessions may hold a device's memory. One that runs a job is left alone. */
  restart(): void {
    if (!this.#running) this.#kill()
  }

  /** Cancels everything and resolves when no child is left. */
  async dispose(): Promise<void> {
    this.#disposed = true
    for (const ticket of [...this.#waiting, ...(this.#running ? [this.#running] : [])]) this.#cancel(ticket)
    this.#kill()
    await Promise.all(this.#exits)
  }

  #advance(): void {
    if (this.#running) return
    const ticket = this.#waiting.shift()
    if (!ticket) return
    this.#running = ticket
    try {
      this.#child ??= this.#start()
    } catch (error) {
      return this.#finish(ticket, { error: errorOf(error) })
    }
    const { id, model, job } = ticket
    const request: InferenceRequest = { id, model: isSame(model, this.#told) ? null : model, job }
    this.#told = model
    // A failed send needs no handling of its own: the child is gone and its exit is reported.
    this.#child.send(request, () => undefined)
  }

  #finish(ticket: Ticket, outcome: Outcome): void {
    if (this.#running !== ticket) return
    this.#running = null
    ticket.settle(outcome)
    this.#advance()
  }

  #cancel(ticket: Ticket): void {
    if (this.#running === ticket && ticket.options.patient && !this.#disposed) {
      // Its answer is not wanted any more; the queue waits for it all the same.
      ticket.settle({ error: cancelled() })
      return
    }
    if (this.#running === ticket) {
      this.#kill()
      this.#finish(ticket, { error: cancelled() })
      return
    }
    const at = this.#waiting.indexOf(ticket)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    ticket.settle({ error: cancelled() })
  }

  /** Forgets the child at once, so that the next job starts another while this one goes away. */
  #kill(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  #start(): ChildProcess {
    const child = this.#spawn()
    this.#told = null
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_TAIL)
    })
    child.on('message', (message) => {
      if (this.#child === child) this.#receive(message)
    })
    const ended = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#lost(child, `the inference process could not be started: ${error.message}`, stderr)
        resolve()
      })
      // `close`, not `exit`: only then has stderr been read to its end.
      child.once('close', (code, signal) => {
        const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
        this.#lost(child, `the inference process ${how}`, stderr, signal ?? String(code))
        resolve()
      })
    })
    this.#exits.add(ended)
    void ended.then(() => this.#exits.delete(ended))
    return child
  }

  #lost(child: ChildProcess, happened: string, stderr: string, reason?: string): void {
    if (this.#child !== child) return
    this.#child = null
    if (!this.#running) return
    const said = stderr.trim()
    const error = new AppError(
      'inference_crashed',
      `${happened}; try again, or with another provider or a smaller model${said && `. It last wrote: ${said}`}`,
      { ...(reason && { reason }), ...(said && { stderr: said }) },
    )
    this.#finish(this.#running, { error })
  }

  #receive(message: unknown): void {
    const ticket = this.#running
    const parsed = v.safeParse(replySchema, message)
    if (!ticket) return
    if (!parsed.success) {
      const error = new AppError('internal', 'the inference process sent a message that is not known')
      return this.#finish(ticket, { error })
    }
    const reply = parsed.output
    if (reply.id !== ticket.id) return
    switch (reply.type) {
      case 'progress':
        return ticket.options.onProgress?.(reply.graph, reply.done, reply.total)
      case 'tensor':
        ticket.pending = ticket.pending.then(() => ticket.options.onTensor?.(reply.tensor))
        // Reported by `done`; this only keeps an early failure from counting as unhandled.
        ticket.pending.catch(() => undefined)
        return
      case 'failed':
        return this.#finish(ticket, { error: new AppError(reply.code, reply.message) })
      case 'done':
        void ticket.pending.then(
          () => this.#finish(ticket, { result: reply.result }),
          (error: unknown) => this.#finish(ticket, { error: errorOf(error) }),
        )
    }
  }
}

function isSame(model: LoadedModel, other: LoadedModel | null): boolean {
  return (
    model.hash === other?.hash && model.directory === other.directory && model.provider === other.provider
  )
}

function isAnswer<J extends InferenceJob>(result: Result, job: J): result is JobResults[J['kind']] {
  return result.kind === job.kind
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'the prediction was cancelled')
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new AppError('internal', String(thrown))
}
