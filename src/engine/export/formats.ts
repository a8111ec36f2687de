import { AppError } from '../../shared/errors'
import { NYUD_MT } from '../dataset/nyud-mt'
import { NYUDV2 } from '../dataset/nyudv2'
import { PASCAL } from '../dataset/pascal'
import { coco } from './coco/coco'
import type { ExportFormat } from './format'
import { native, same } from './native/native'
import { npy } from './npy'
import { png } from './png/png'

/** Every format, one file each. */
const FORMATS: readonly ExportFormat[] = [
  same,
  native(NYUDV2),
  native(NYUD_MT),
  native(PASCAL),
  coco,
  png,
  npy,
]

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name)

/** Throws `bad_arguments` naming what exists. */
export function exportFormat(name: string): ExportFormat {
  const format = FORMATS.find((candidate) => candidate.name === name)
  if (format) return format
  throw new AppError(
    'bad_arguments',
    `there is no export format ${JSON.stringify(name)}; there is ${FORMAT_NAMES.join(', ')}`,
  )
}
