import * as v from 'valibot'
import type { SampleProblem } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { PART_VARIANTS, type PartVariant } from '../../shared/pascal'
import { readInside } from '../files/safe-path'
import { newProblem, problemOf } from './problems'

/** What a PASCALContext folder leaves open. */
export interface PascalSettings {
  readonly partVariant: PartVariant
  /** Numbers of LabelMap where normals count; null when that is not known, and normals count everywhere. */
  readonly normalClasses: ReadonlySet<number> | null
  readonly problems: readonly SampleProblem[]
}

const MAX_BYTES = 1024 * 1024
/** Where the loaders' projects keep class lists, and where one would put a copy. */
const FOLDERS = ['', 'db_info/']
const settingsSchema = v.strictObject({ humanParts: v.picklist(PART_VARIANTS) })
const namesSchema = v.union([v.array(v.string()), v.record(v.string(), v.unknown())])
const numbersSchema = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535)))
/** In NYUDv2 it is called television, so the loaders add it by hand. */
const ALSO_KEPT = 'tvmonitor'

/**
 * `pascal.json` may say `{"humanParts": 1 | 4 | 6 | 14}`. `context_classes.json` (name to number of LabelMap) and
 * `nyu_classes.json` (names), in the root or `db_info/`, say where normals count: in classes both lists name, and
 * tvmonitor. A file that is wrong is a problem and the default holds.
 */
export async function readPascalSettings(root: string): Promise<PascalSettings> {
  const problems: SampleProblem[] = []
  const read = async <T>(name: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> => {
    for (const folder of FOLDERS) {
      const file = `${folder}${name}`
      try {
        return await readJson(root, file, schema)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'file_missing'))
          problems.push(problemOf('', file, error))
      }
    }
    return null
  }
  const settings = await read('pascal.json', settingsSchema)
  const names = await read('nyu_classes.json', namesSchema)
  const numbers = await read('context_classes.json', numbersSchema)
  if (!names || !numbers)
    problems.push(
      newProblem(
        '',
        'normals_distill',
        'file_missing',
        'normals are shown everywhere: nyu_classes.json and context_classes.json, which tell the training code where ' +
          'normals count, do not lie beside the data; copy them into the folder or into db_info/',
      ),
    )
  return {
    partVariant: settings?.humanParts ?? 6,
    normalClasses: names && numbers ? commonClasses(names, numbers) : null,
    problems,
  }
}

function commonClasses(
  names: readonly string[] | Readonly<Record<string, unknown>>,
  numbers: Readonly<Record<string, number>>,
): ReadonlySet<number> {
  const wanted = new Set([
    ...(Array.isArray(names) ? (names as readonly string[]) : Object.keys(names)),
    ALSO_KEPT,
  ])
  return new Set(Object.entries(numbers).flatMap(([name, number]) => (wanted.has(name) ? [number] : [])))
}

async function readJson<T>(root: string, file: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const bytes = await readInside(root, file)
  if (bytes.byteLength > MAX_BYTES)
    throw new AppError('file_too_large', `${file} has ${bytes.byteLength} bytes, the limit is ${MAX_BYTES}`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new AppError('file_malformed', `${file} is not JSON`, undefined, { cause })
  }
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  throw new AppError('file_malformed', `${file}: ${parsed.issues[0].message}`)
}
