import { parseArgs, type ParseArgsConfig } from 'node:util'
import { AppError } from '../shared/errors'

type Options = NonNullable<ParseArgsConfig['options']>
interface Shape<T extends Options> {
  args: string[]
  options: T
  allowPositionals: true
  strict: true
}
type Parsed<T extends Options> = ReturnType<typeof parseArgs<Shape<T>>>

/** Parses one command's arguments. Throws `bad_arguments` with the command's usage. */
export function parseCommand<T extends Options>(args: string[], usage: string, options: T): Parsed<T> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw badUsage(cause instanceof Error ? cause.message : String(cause), usage)
  }
}

/** The one positional argument of a command. Throws `bad_arguments`. */
export function onePositional(positionals: readonly string[], what: string, usage: string): string {
  const [value, ...rest] = positionals
  if (value === undefined) throw badUsage(`${what} is missing`, usage)
  if (rest.length > 0) throw badUsage(`unexpected argument ${JSON.stringify(rest[0])}`, usage)
  return value
}

/** At most one positional argument; null when there is none. Throws `bad_arguments`. */
export function optionalPositional(positionals: readonly string[], usage: string): string | null {
  return positionals.length === 0 ? null : onePositional(positionals, '', usage)
}

export function badUsage(problem: string, usage: string): AppError {
  return new AppError('bad_arguments', `${problem}\nusage: mq-studio ${usage}`)
}
