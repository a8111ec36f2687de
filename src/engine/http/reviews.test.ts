import type { Hono } from 'hono'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { editMap } from '../../../test/support/edit-map'
import { fakePredictions } from '../../../test/support/fake-predictions'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { readTile } from '../../shared/edit'
import { Services } from '../services'
import { createApp } from './app'

let app: Hono
let services: Services
beforeEach(async () => {
  const own = new Services(fakePredictions())
  services = own
  onTestFinished(() => own.dispose())
  await services.openDataset(await makeDataset(await temporaryFolder()))
  app = createApp(services, { token: null })
})

async function ask(path: string, body?: unknown): Promise<[number, unknown]> {
  const init = body === undefined ? {} : { method: 'PUT', body: JSON.stringify(body) }
  const response = await app.request(`/v1${path}`, init)
  return [response.status, await response.json()]
}
const listed = (reviews: unknown): unknown[] => [
  200,
  expect.objectContaining({
    samples: expect.arrayContaining([
      expect.objectContaining({ id: 'a', reviews: expect.objectContaining(reviews) as unknown }),
    ]) as unknown,
  }),
]

describe('decisions about labels', () => {
  it('are saved and listed; a corrected label is being worked on', async () => {
    expect(await ask('/samples')).toEqual(listed({ semseg: 'todo', depth: 'todo' }))
    const { dataset, project } = services.workspace
    const map = await dataset.readLabel('a', 'semseg')
    map.data.fill(4, 0, 10)
    const tiles = [{ tx: 0, ty: 0, bytes: readTile(map, { tx: 0, ty: 0 }) }]
    await editMap(project, 'a', 'semseg', { baseRevision: 0, tiles })
    expect(await ask('/samples')).toEqual(listed({ semseg: 'doing', depth: 'todo' }))
    const [status, review] = await ask('/samples/a/reviews/semseg', { state: 'done', comment: '<b>fine</b>' })
    expect([status, review]).toEqual([
      200,
      expect.objectContaining({ state: 'done', comment: '<b>fine</b>' }),
    ])
    expect(await ask('/samples/a')).toEqual([200, expect.objectContaining({ reviews: { semseg: review } })])
    expect(await ask('/samples')).toEqual(listed({ semseg: 'done', depth: 'todo' }))
  })

  it('are refused with a reason', async () => {
    const refused = (status: number, code: string): unknown[] => [status, expect.objectContaining({ code })]
    const path = '/samples/a/reviews/semseg'
    expect(await ask(path, { state: 'perfect', comment: '' })).toEqual(refused(400, 'bad_arguments'))
    expect(await ask(path, { state: 'done', comment: 'x'.repeat(5000) })).toEqual(
      refused(400, 'bad_arguments'),
    )
    const unknown = '/samples/zz/reviews/semseg'
    expect(await ask(unknown, { state: 'done', comment: '' })).toEqual(refused(404, 'sample_missing'))
  })
})
