import { randomBytes } from 'node:crypto'
import { AppError } from '../shared/errors'
import { createApp } from '../engine/http/app'
import { listen } from '../engine/http/listen'
import { defaultModel } from '../engine/install'
import { createPredictions } from '../engine/predictions/service'
import { Services } from '../engine/services'
import { badUsage, optionalPositional, parseCommand, type Options } from './args'
import { MODEL } from './options'
import { EXIT, interruptSignal, printLine, printNote } from './output'

export const USAGE = 'serve [folder] [--model B] [--host 127.0.0.1] [--port 0]'
export const OPTIONS = {
  model: MODEL,
  host: {
    type: 'string',
    value: 'H',
    default: '127.0.0.1',
    help: 'address to listen on; the default is this machine only',
  },
  port: { type: 'string', value: 'N', default: '0', help: 'port to listen on; 0 takes a free one' },
} as const satisfies Options

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

/** Serves the interface until it is interrupted; the address with its token is the one line on stdout. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = optionalPositional(positionals, USAGE)
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65535) throw badUsage(`--port ${values.port} is not a port`, USAGE)
  await serve({ folder, model: values.model ?? defaultModel(), host: values.host, port })
  return EXIT.done
}

export interface ServeOptions {
  readonly folder: string | null
  readonly model: string | null
  readonly host: string
  readonly port: number
}

/** Returns after Ctrl-C or SIGTERM, when every correction is flushed. */
export async function serve({ folder, model, host, port }: ServeOptions): Promise<void> {
  const interrupted = interruptSignal()
  const services = new Services(createPredictions())
  try {
    await services.openInitial(folder, model)
    for (const { message } of services.status().problems) printNote(`mq-studio: ${message}`)
    const token = serverToken(process.env.MQ_STUDIO_TOKEN)
    const app = createApp(services, { token, anyHost: !LOOPBACK.includes(host) })
    const server = await listen(app, host, port)
    printLine(`${server.url}/?token=${token}`)
    await new Promise<void>((resolve) => {
      if (interrupted.aborted) resolve()
      interrupted.addEventListener('abort', () => resolve())
    })
    await server.close()
  } finally {
    await services.dispose()
  }
}

/**
 * A new token for each start, or the one of MQ_STUDIO_TOKEN: with it (and --port) windows that were open when the server
 * was stopped find the next one and save what they still hold. Throws `bad_arguments` for one that could be guessed.
 */
function serverToken(given: string | undefined): string {
  if (given === undefined || given === '') return randomBytes(24).toString('base64url')
  if (/^[\w-]{24,128}$/.test(given)) return given
  throw new AppError(
    'bad_arguments',
    'MQ_STUDIO_TOKEN must be 24 to 128 letters, digits, - or _; unset it to get a new token at each start',
  )
}
