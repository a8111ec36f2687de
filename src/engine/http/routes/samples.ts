import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import type { SampleDetail, SamplePage, SampleProblem, TaskInfo } from '../../../shared/contract'
import { encodeFrame } from '../../../shared/frame'
import { bytesOf } from '../../../shared/maps'
import type { ReviewState } from '../../../shared/review'
import { readPhotoFile, thumbnailOf } from '../../codecs/photo'
import { mapConcurrent } from '../../files/concurrent'
import { ownBytes } from '../../files/safe-path'
import type { CorrectedMap } from '../../project/project'
import type { Services, Workspace } from '../../services'
import { binary, parse, sourceOf, taskOf } from '../parse'

const count = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))
const pageSchema = v.object({
  offset: v.optional(count, '0'),
  limit: v.optional(v.pipe(count, v.minValue(1), v.maxValue(1000)), '100'),
  split: v.optional(v.string()),
})

const THUMBNAIL_WIDTH = 192
const THUMBNAILS_KEPT = 2000
const PHOTO_TYPES: Readonly<Record<string, string>> = { '.png': 'image/png', '.jpg': 'image/jpeg' }

/** Samples, their photos and their maps. */
export function sampleRoutes(services: Services): Hono {
  const thumbnails = new Map<string, Uint8Array<ArrayBuffer>>()
  return new Hono()
    .get('/samples', async (c) =>
      c.json(await samplePage(services, parse(pageSchema, c.req.query(), 'the query'))),
    )
    .get('/samples/:id', async (c) => c.json(await sampleDetail(services.workspace, c.req.param('id'))))
    .get('/samples/:id/photo', async (c) => {
      const path = await services.workspace.dataset.photoPath(c.req.param('id'))
      const type = PHOTO_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
      return cached(c, await fileTag(path), type, async () => ownBytes(await readFile(path)))
    })
    .get('/samples/:id/pixels', async (c) => {
      const id = c.req.param('id')
      const path = await services.workspace.dataset.photoPath(id)
      const { width, height, data } = await readPhotoFile(path, `the photo of ${id}`)
      return binary(encodeFrame({ width, height }, data))
    })
    .get('/samples/:id/thumbnail', async (c) => {
      const id = c.req.param('id')
      const path = await services.workspace.dataset.photoPath(id)
      const tag = await fileTag(path)
      return cached(c, tag, 'image/webp', async () => {
        const known = thumbnails.get(tag)
        if (known) return known
        const bytes = await thumbnailOf(path, `the photo of ${id}`, THUMBNAIL_WIDTH)
        if (thumbnails.size >= THUMBNAILS_KEPT) thumbnails.clear()
        thumbnails.set(tag, bytes)
        return bytes
      })
    })
    .get('/samples/:id/maps/:task/:source', async (c) => {
      const { map, revision } = await readMap(services, c.req.param())
      const { kind, width, height } = map
      return binary(encodeFrame({ kind, width, height, revision }, bytesOf(map)))
    })
}

async function readMap(
  services: Services,
  wanted: { id: string; task: string; source: string },
): Promise<Pick<CorrectedMap, 'map' | 'revision'>> {
  const { dataset, project } = services.workspace
  const { id } = dataset.sample(wanted.id)
  const task = taskOf(wanted.task)
  const source = sourceOf(wanted.source)
  if (source === 'corrected') return project.read(id, task)
  const map = await (source === 'label'
    ? dataset.readLabel(id, task)
    : services.predictions.map(dataset, id, task))
  return { map, revision: 0 }
}

async function samplePage(services: Services, page: v.InferOutput<typeof pageSchema>): Promise<SamplePage> {
  const { dataset, project } = services.workspace
  const lists = Object.entries(dataset.splits).filter(
    ([split]) => page.split === undefined || split === page.split,
  )
  const ids = lists.flatMap(([, list]) => list)
  const shown = ids.slice(page.offset, page.offset + page.limit)
  const samples = await mapConcurrent(shown, 16, async (id) => ({
    id,
    split: dataset.sample(id).split,
    predicted: services.predictions.model !== null && (await services.predictions.has(dataset, id)),
    corrected: project.correctedTasks(id),
    reviews: statesOf(dataset.tasks, project.reviews(id)),
    problems: dataset.problemCountOf(id),
  }))
  return { total: ids.length, offset: page.offset, samples }
}

async function sampleDetail({ dataset, project }: Workspace, id: string): Promise<SampleDetail> {
  const { split, width, height, labels, problems } = await dataset.describe(id)
  // A label can only be started where the photo says how large it is.
  const empty = dataset.tasks
    .map((task) => task.id)
    .filter((task) => width > 0 && !dataset.hasLabel(id, task))
  const states = await Promise.all(
    [...labels, ...empty].map(async (task) => ({ task, ...(await project.state(id, task)) })),
  )
  return {
    id,
    split,
    width,
    height,
    labels: [...labels],
    empty,
    revisions: Object.fromEntries(states.map(({ task, revision }) => [task, revision])),
    reviews: { ...project.reviews(id) },
    problems: distinct([
      ...dataset.problems.filter(({ sample }) => sample === id),
      ...problems,
      ...states.flatMap((state) => state.problems),
    ]),
  }
}

/** What the scan of the folder found is found again by looking at the sample. */
function distinct(problems: readonly SampleProblem[]): SampleProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.file}\n${problem.message}`, problem])).values()]
}

/** The review state of every task of the folder. */
function statesOf(
  tasks: readonly TaskInfo[],
  reviews: ReturnType<Workspace['project']['reviews']>,
): Record<string, ReviewState> {
  return Object.fromEntries(tasks.map(({ id }) => [id, reviews[id]?.state ?? 'todo']))
}

/** Changes with the file's path, size and time. */
async function fileTag(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  const hash = createHash('sha256').update(`${path}\n${size}\n${mtimeMs}`).digest('hex')
  return `"${hash.slice(0, 24)}"`
}

async function cached(
  c: Context,
  etag: string,
  type: string,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const headers = { etag, 'content-type': type, 'cache-control': 'private, no-cache' }
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return new Response(await read(), { headers })
}
