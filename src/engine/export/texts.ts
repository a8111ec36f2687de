import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/errors'
import { writeFailed } from '../files/atomic-write'
import { isMissing } from '../files/errno'
import type { TextFile, Unit } from './format'
import type { Written } from './journal'
import { lostIn } from './report'
import { fragmentPath, sha256Of, type Job } from './write-unit'

/** Writes the files that are made of what the units left, piece by piece, and reads them back. */
export async function writeTexts(
  texts: readonly TextFile[],
  folders: Job['folders'],
  units: ReadonlyMap<Unit, Written>,
): Promise<Written['files']> {
  const lost = lostIn([...units.values()])
  const fragmentOf = async (unit: Unit): Promise<unknown> => {
    if (!units.get(unit)?.files.length) return null
    const text = await readFile(fragmentPath(folders.fragments, unit), 'utf8').catch((cause: unknown) => {
      if (!isMissing(cause)) throw cause
      throw new AppError(
        'internal',
        `what ${unit.files[0]} left for the annotations is missing; use --restart`,
      )
    })
    return JSON.parse(text)
  }
  const written: Written['files'] = []
  for (const { file, content } of texts) {
    const path = join(folders.files, file)
    const hash = createHash('sha256')
    const pieces = content({ fragmentOf, lost })
    await pipeline(async function* () {
      for await (const piece of pieces) {
        hash.update(piece)
        yield piece
      }
    }, createWriteStream(path)).catch((cause: unknown) => {
      throw writeFailed(path, cause)
    })
    const sha256 = hash.digest('hex')
    if ((await sha256Of(path)) !== sha256)
      throw new AppError('export_mismatch', `${file} read back differs from what was written`)
    written.push({ file, sha256, bytes: (await stat(path)).size })
  }
  return written
}
