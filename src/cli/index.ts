import { existsSync } from 'node:fs'
import { AppError } from '../shared/errors'
import { hasErrno } from '../engine/files/errno'
import { VERSION } from '../engine/install'
import { describeOptions } from './args'
import { COMMANDS, type Command } from './commands'
import { printLine, reportError } from './output'

const HELP = [
  'usage: mq-studio [folder] [--model B]',
  '       mq-studio <command> ...',
  '',
  ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`),
  '',
  '--json prints one JSON document on stdout. Exit codes: 0 done, 1 failed, 2 wrong arguments,',
  '3 input refused, 4 done with samples skipped.',
].join('\n')

function commandNamed(first: string | undefined): Command | undefined {
  return COMMANDS.find(({ name }) => name === first)
}

/** The command and its arguments; anything that is not a command's name goes to `open`, the default. */
function choose(args: string[]): { command: Command; rest: string[] } {
  const [first = '', ...rest] = args
  const named = commandNamed(first)
  if (named) return { command: named, rest }
  if (/^[a-z][a-z-]*$/.test(first) && !existsSync(first))
    throw new AppError('bad_arguments', `${first} is neither a command nor a folder\n${HELP}`)
  const open = COMMANDS[0]
  if (!open) throw new AppError('internal', 'the table of commands is empty')
  return { command: open, rest: args }
}

async function helpOf(command: Command): Promise<string> {
  const { USAGE, OPTIONS } = await command.load()
  return [`usage: mq-studio ${USAGE}`, '', command.summary, '', ...describeOptions(OPTIONS)].join('\n')
}

async function main(args: string[]): Promise<number> {
  try {
    if (args.includes('--help') || args.includes('-h')) {
      const named = commandNamed(args[0])
      printLine(named ? await helpOf(named) : HELP)
      return 0
    }
    if (args[0] === '--version') {
      printLine(VERSION)
      return 0
    }
    const { command, rest } = choose(args)
    const { run } = await command.load()
    return await run(rest)
  } catch (error) {
    return reportError(error, args.includes('--json'))
  }
}

// A reader that had enough (`| head`) is no failure of ours.
process.stdout.on('error', (error) => {
  if (!hasErrno(error, 'EPIPE')) throw error
})
process.exitCode = await main(process.argv.slice(2))
