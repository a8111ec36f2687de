import * as v from 'valibot'
import { TASK_IDS, type TaskId } from './tasks'

/**
 * `dataset.json`: where the photos, labels and id lists of a folder lie and how its labels are stored.
 *
 * images   dir (relative, `.` for the folder itself), ext (one or several of png, jpg, jpeg); folders below belong to it
 * splits   folder of `<split>.txt` lists; or an object of split -> list file or ids; absent: the folders right below
 *          `images.dir` are the splits, or there is one named `all`
 * tasks    id, type, dir, ext; a label is `<dir>/<id>.<ext>` with the photo's id
 *          classes, palette, ignore   of `seg`: names from index 0, colours, the stored value without a class (255)
 *          encoding   value = stored * scale + offset, in `unit` for depth; class index = stored + offset
 */
export const MAX_CLASSES = 255

/** A path below the folder: relative, forward slashes, no `..`, nothing a file system could misread. */
const path = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(500),
  v.check(
    (text) => text === '.' || text.split('/').every(isPlainName),
    'a path must lie inside the folder: relative, with forward slashes and without ".."',
  ),
)
const className = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(200, 'a class name may have 200 characters'),
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'a class name may not contain control characters'),
)
const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))
const PHOTO_EXT = ['png', 'jpg', 'jpeg'] as const
const photoExt = v.picklist(PHOTO_EXT)
const splitName = v.pipe(v.string(), v.maxLength(100), v.check(isPlainName, 'a split needs a plain name'))

/** The type of each task in `dataset.json`. */
export const TASK_TYPES = {
  semseg: 'seg',
  human_parts: 'seg',
  depth: 'depth',
  normals: 'normals',
  edge: 'edge',
  sal: 'sal',
} as const satisfies Record<TaskId, string>

export const UNITS = { m: 1, cm: 0.01, mm: 0.001 } as const

const taskSchema = v.pipe(
  v.strictObject({
    id: v.picklist(TASK_IDS),
    type: v.picklist(['seg', 'depth', 'normals', 'edge', 'sal']),
    dir: path,
    ext: v.picklist(['png', 'npy']),
    classes: v.optional(v.pipe(v.array(className), v.minLength(1), v.maxLength(MAX_CLASSES))),
    palette: v.optional(v.array(v.tuple([byte, byte, byte]))),
    ignore: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535))),
    encoding: v.optional(
      v.strictObject({
        scale: v.optional(
          v.pipe(
            v.number(),
            v.finite(),
            v.check((scale) => scale > 0, 'a scale is positive'),
          ),
        ),
        offset: v.optional(v.pipe(v.number(), v.finite())),
        unit: v.optional(v.picklist(['m', 'cm', 'mm'])),
      }),
    ),
  }),
  v.check((task) => TASK_TYPES[task.id] === task.type, 'the type does not belong to this task id'),
  v.check((task) => task.type !== 'seg' || task.classes !== undefined, 'a seg task needs its classes'),
  v.check(
    ({ classes, palette }) => palette === undefined || palette.length === classes?.length,
    'a palette needs one colour for every class',
  ),
  v.check(
    ({ type, encoding }) =>
      type !== 'seg' || ((encoding?.scale ?? 1) === 1 && isClassOffset(encoding?.offset ?? 0)),
    'class numbers have the scale 1 and a whole offset from -65000 to 0',
  ),
  v.check(
    ({ type, ignore }) => type === 'seg' || ignore === undefined || (type === 'depth' && ignore === 0),
    'only seg tasks choose an ignore value; invalid depth is 0',
  ),
  v.check(({ type, encoding }) => type !== 'normals' || encoding === undefined, 'normals have no encoding'),
)

export const datasetJsonSchema = v.strictObject({
  images: v.strictObject({
    dir: path,
    ext: v.union([photoExt, v.pipe(v.array(photoExt), v.minLength(1))]),
  }),
  tasks: v.pipe(
    v.array(taskSchema),
    v.check((tasks) => new Set(tasks.map(({ id }) => id)).size === tasks.length, 'a task is listed twice'),
  ),
  splits: v.optional(v.nullable(v.union([path, v.record(splitName, v.union([path, v.array(v.string())]))]))),
})

export type DatasetJson = v.InferOutput<typeof datasetJsonSchema>
export type DatasetJsonTask = DatasetJson['tasks'][number]

function isClassOffset(offset: number): boolean {
  return Number.isInteger(offset) && offset <= 0 && offset >= -65_000
}

function isPlainName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  return name !== '' && !/^\.+$/.test(name) && !/[\u0000-\u001f\u007f\\:*?"<>|/]/.test(name)
}
