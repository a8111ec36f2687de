import { parentPort } from 'node:worker_threads'
import { problemFrom, type Problem } from '../../shared/errors'

/** Between a `ThreadPool` and its threads; both ends are this program. */
export interface ThreadRequest<Request> {
  readonly id: number
  readonly request: Request
}
export type ThreadAnswer<Result> =
  { readonly id: number; readonly result: Result } | { readonly id: number; readonly problem: Problem }

/** Called once in a thread of a `ThreadPool`: answers each request with what `answer` gives or throws. */
export function serveThread<Request>(answer: (request: Request) => Promise<unknown>): void {
  parentPort?.on('message', ({ id, request }: ThreadRequest<Request>) => {
    const reply = (message: ThreadAnswer<unknown>): void => parentPort?.postMessage(message)
    void answer(request).then(
      (result) => reply({ id, result }),
      (error: unknown) => reply({ id, problem: problemFrom(error) }),
    )
  })
}
