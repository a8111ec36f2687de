import { parseArgs, type ParseArgsConfig } from 'node:util'
import { AppError } from '../shared/errors'

type ParsedOption = NonNullable<ParseArgsConfig['options']>[string]
/** An option as `parseArgs` takes it, with the name of its value and what help says of it. */
export type Option = ParsedOption & { readonly value?: string; readonly help: string }
export type Options = Readonly<Record<string, Option>>
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

/** A line for each option, in two columns. */
export function describeOptions(options: Options): string[] {
  const rows = Object.entries(options).map(([name, { value, help }]) => ({
    left: `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }))
  const width = Math.max(0, ...rows.map(({ left }) => left.length))
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`)
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
