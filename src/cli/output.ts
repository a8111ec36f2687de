import { faultOf, problemFrom } from '../shared/errors'

export const EXIT = { done: 0, failed: 1, badArguments: 2, refused: 3, skipped: 4 } as const
const EXIT_BY_FAULT = {
  usage: EXIT.badArguments,
  file: EXIT.refused,
  input: EXIT.refused,
  inference: EXIT.failed,
  run: EXIT.failed,
} as const

/** Prints one JSON document to stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Warnings and notes. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Prints an error, as `{error}` on stdout with `--json`, else in words on stderr; returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const problem = problemFrom(error)
  if (json) printJson({ error: problem })
  else printNote(`mq-studio: ${problem.message}`)
  return EXIT_BY_FAULT[faultOf(problem.code)]
}

/** Progress on stderr: rewritten in place in a terminal, else a line every few seconds. */
export function progressPrinter(): (done: number, total: number, message: string) => void {
  const { isTTY } = process.stderr
  let last = 0
  return (done, total, message) => {
    const now = Date.now()
    if (done < total && now - last < (isTTY ? 100 : 5000)) return
    last = now
    const text = `${done}/${total} ${message}`.trimEnd()
    process.stderr.write(isTTY ? `\r\u001b[K${text}${done === total ? '\n' : ''}` : `${text}\n`)
  }
}

/** The terminal, npm and `npm start` each pass one Ctrl-C on; what comes this soon after the first is the same. */
const REPEAT_MS = 1000

/** Aborts at the first Ctrl-C or SIGTERM, so that a command can clean up; a later one ends the program at once. */
export function interruptSignal(): AbortSignal {
  const abort = new AbortController()
  let first = 0
  const interrupt = (): void => {
    if (abort.signal.aborted && Date.now() - first > REPEAT_MS) process.exit(EXIT.failed)
    if (abort.signal.aborted) return
    first = Date.now()
    abort.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt)
  return abort.signal
}
