import { parseArgs } from 'node:util'

/**
 * `[folder] [--model B]` of a command line that starts with the program and, unless packaged, the application's path.
 * Chromium's switches (`--no-sandbox`, `--inspect=0`) may stand anywhere and are left to it.
 */
export function startArguments(
  argv: readonly string[],
  isPackaged: boolean,
): { folder: string | null; model: string | null } {
  const { values, positionals } = parseArgs({
    args: argv.slice(1),
    options: { model: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  })
  const [folder = null] = isPackaged ? positionals : positionals.slice(1)
  return { folder, model: typeof values.model === 'string' ? values.model : null }
}
