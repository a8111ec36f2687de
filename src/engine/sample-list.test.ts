import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, it, onTestFinished } from 'vitest'
import { fakePredictions } from '../../test/support/fake-predictions'
import { makeDataset } from '../../test/support/make-dataset'
import { temporaryFolder } from '../../test/support/temporary'
import { samplePageSchema, unfinishedSchema } from '../shared/contract'
import { createApp } from './http/app'
import { Services } from './services'

it('lists parts of a folder in other orders and finds what is not finished', async () => {
  const splits = { train: ['r10', 'r9', 'r1'], val: ['s2'] }
  const root = await makeDataset(await temporaryFolder(), { splits })
  await rm(join(root, 'edge/r9.png'))
  const services = new Services(fakePredictions())
  onTestFinished(() => services.dispose())
  await services.openDataset(root)
  const app = createApp(services, { token: null })
  const list = async (query: string): Promise<unknown> => {
    const response = await app.request(`/v1/samples?${query}`)
    const { total, place, samples } = v.parse(samplePageSchema, await response.json())
    return [total, place, samples.map(({ id }) => id).join(' ')]
  }
  expect(await list('')).toEqual([4, null, 'r10 r9 r1 s2'])
  expect(await list('sort=id&id=r9')).toEqual([4, 1, 'r1 r9 r10 s2'])
  expect(await list('sort=problems&limit=2')).toEqual([4, null, 'r9 r10'])
  expect(await list('split=train&text=1&offset=1')).toEqual([2, null, 'r1'])
  expect(await list('only=problems&id=r1')).toEqual([1, null, 'r9'])
  expect(await list('only=corrected')).toEqual([0, null, ''])
  expect(await list('only=predicted')).toEqual([0, null, ''])
  const review = { state: 'done', comment: '' } as const
  for (const task of ['semseg', 'depth', 'normals', 'edge'] as const)
    await services.workspace.project.review('r10', task, review)
  const next = async (after: string): Promise<unknown> =>
    v.parse(unfinishedSchema, await (await app.request(`/v1/unfinished?after=${after}`)).json()).id
  expect([await next('s2'), await next('r9')]).toEqual(['r9', 'r1'])
})
