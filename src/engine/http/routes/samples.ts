import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import type { SampleDetail, SamplePage, SampleProblem, TaskInfo } from '../../../shared/contract'
import { encodeFrame } from '../../../shared/frame'
import { bytesOf } from '../../../shared/maps'
import { overallState, type ReviewState } from '../../../shared/review'
import { sampleQuerySchema } from '../../../shared/sample-query'
import { readPhotoFile } from '../../codecs/photo'
import { mapConcurrent } from '../../files/concurrent'
import { ownBytes } from '../../files/safe-path'
import type { CorrectedMap } from '../../project/project'
import { cacheFolder } from '../../predictions/cache-folder'
import { matchingIds } from '../../sample-list'
import type { Services, Workspace } from '../../services'
import { Thumbnails } from '../../thumbnails'
import { binary, parse, sourceOf, taskOf } from '../parse'

const count = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))
const pageSchema = v.object({
  offset: v.optional(count, '0'),
  limit: v.optional(v.pipe(count, v.minValue(1), v.maxValue(1000)), '100'),
  /** Also tells where this sample stands in the list. */
  id: v.optional(v.string()),
  ...sampleQuerySchema.entries,
})
const nextSchema = v.object({ after: v.string(), ...sampleQuerySchema.entries })

const PHOTO_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
}

/** Samples, their photos and their maps. */
export function sampleRoutes(services: Services): Hono {
  const thumbnails = new Thumbnails(cacheFolder())
  return new Hono()
    .get('/samples', async (c) =>
      c.json(await samplePage(services, parse(pageSchema, c.req.query(), 'the query'))),
    )
    .get('/samples/:id', async (c) => c.json(await sampleDetail(services, c.req.param('id'))))
    .get('/unfinished', async (c) =>
      c.json({ id: await nextUnfinished(services, parse(nextSchema, c.req.query(), 'the query')) }),
    )
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
      const { signal } = c.req.raw
      return cached(c, tag, 'image/webp', () => thumbnails.read(path, `the photo of ${id}`, tag, signal))
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
  const ids = await matchingIds(services, page)
  const shown = ids.slice(page.offset, page.offset + page.limit)
  const samples = await mapConcurrent(shown, 16, async (id) => ({
    id,
    split: dataset.sample(id).split,
    predicted: await isPredicted(services, id),
    corrected: project.correctedTasks(id),
    reviews: statesOf(dataset.tasks, project.reviews(id)),
    problems: dataset.problemCountOf(id),
  }))
  const place = page.id === undefined ? -1 : ids.indexOf(page.id)
  return { total: ids.length, offset: page.offset, place: place < 0 ? null : place, samples }
}

async function isPredicted({ predictions, workspace }: Services, id: string): Promise<boolean> {
  return predictions.model !== null && predictions.has(workspace.dataset, id)
}

/** The first sample after one with work left, from the start again after the last; null when there is none. */
async function nextUnfinished(
  services: Services,
  query: v.InferOutput<typeof nextSchema>,
): Promise<string | null> {
  const { dataset, project } = services.workspace
  const ids = await matchingIds(services, query)
  const at = ids.indexOf(query.after)
  const finished = (id: string): boolean => {
    const state = overallState(Object.values(statesOf(dataset.tasks, project.reviews(id))))
    return state === 'done' || state === 'rejected'
  }
  for (let step = 1; step <= ids.length; step++) {
    const id = ids[(at + step) % ids.length]!
    if (id !== query.after && !finished(id)) return id
  }
  return null
}

async function sampleDetail(services: Services, id: string): Promise<SampleDetail> {
  const { dataset, project } = services.workspace
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
    predicted: width > 0 && (await isPredicted(services, id)),
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
