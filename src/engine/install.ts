import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { AppError } from '../shared/errors'

const manifestSchema = v.object({ name: v.string(), version: v.string() })

/** The folder this program is installed in and its version, from the nearest `package.json` of ours above this file. */
function findInstall(): { root: string; version: string } {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      const parsed = v.safeParse(manifestSchema, JSON.parse(readFileSync(manifest, 'utf8')))
      if (parsed.success && parsed.output.name === 'mq-studio')
        return { root: folder, version: parsed.output.version }
    }
    if (dirname(folder) === folder)
      throw new AppError(
        'internal',
        `no package.json of mq-studio lies above ${import.meta.dirname}; reinstall it`,
      )
  }
}

const install = findInstall()

export const VERSION = install.version
export const INSTALL_ROOT = install.root
/** The built interface. */
export const RENDERER_DIR = join(install.root, 'out', 'renderer')

/** The data set that the window shows when none is named. */
export const DEMO_DATASET = join(install.root, 'resources', 'demo')

/** The model that is opened when none is named; null when it is not installed. */
export function defaultModel(): string | null {
  const bundle = join(install.root, 'resources', 'models', 'rooms-mqs')
  return existsSync(join(bundle, 'model.json')) ? bundle : null
}
