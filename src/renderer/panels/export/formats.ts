import type { ExportOptions } from '../../../shared/export'

export interface FormatCard {
  /** That of the engine and the command line. */
  readonly id: string
  readonly name: string
  readonly sentence: string
  /** Options this format uses. */
  readonly options: readonly (keyof ExportOptions)[]
}

/** Works for every data set. */
export const SAME: FormatCard = {
  id: 'same',
  name: 'As opened',
  sentence: 'The same layout; files nobody corrected are copied byte for byte.',
  options: [],
}

export const FORMATS: readonly FormatCard[] = [
  SAME,
  {
    id: 'nyudv2',
    name: 'NYUDv2',
    sentence: 'PNG photos, normals and boundaries; depth in metres as npy.',
    options: [],
  },
  {
    id: 'nyud_mt',
    name: 'NYUD_MT',
    sentence: 'JPEG photos; depth, normals and boundaries as npy.',
    options: [],
  },
  {
    id: 'pascal',
    name: 'PASCALContext',
    sentence: 'VOC classes, human parts, saliency, normals, boundaries.',
    options: [],
  },
  {
    id: 'coco',
    name: 'COCO',
    sentence: 'Classes as panoptic PNG and run lengths, with area and box.',
    options: ['components', 'photos'],
  },
  {
    id: 'png',
    name: 'PNG',
    sentence: 'Pictures any tool opens; depth in millimetres.',
    options: ['palette', 'bits', 'photos'],
  },
  {
    id: 'npy',
    name: 'NumPy',
    sentence: 'Every task exactly, with masks of what is valid.',
    options: ['photos'],
  },
]

/** `1234567` as `1.23 MB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = (bytes / 1000 ** power).toLocaleString('en', { maximumSignificantDigits: 3 })
  return `${value} ${units[power]}`
}

/** `3 files`, `1 file`, `12,345 files`. */
export function countText(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}
