import { expect, it, onTestFinished } from 'vitest'
import { createMap } from '../../shared/maps'
import { tallyOf, type TallyRequest } from '../lab/tally'
import { ThreadPool } from './pool'

const context = { classes: 2, zeroNormals: 'ignored', boundaryTolerance: 0.01 } as const
const map = createMap('scalar', 4, 3)
const request: TallyRequest = { task: 'depth', label: map, prediction: map, context }

function pool(source: string): ThreadPool<TallyRequest> {
  const made = new ThreadPool<TallyRequest>({ name: 'none-built', source, data: null, size: 2 })
  onTestFinished(() => made.close())
  return made
}

it('answers every request, and goes on after one that fails', async () => {
  map.data.fill(1)
  const threads = pool('../lab/tally-worker.ts')
  const near = { ...request, prediction: { ...map, data: map.data.map((value) => value + 0.5) } }
  const wrong = { ...request, prediction: createMap('scalar', 9, 3) }
  const answers = await Promise.allSettled([request, wrong, near, request].map((one) => threads.run(one)))
  expect(answers).toMatchObject([
    { value: tallyOf(request) },
    { reason: { code: 'size_mismatch' } },
    { value: tallyOf(near) },
    { value: tallyOf(request) },
  ])
  expect(tallyOf(near)).not.toEqual(tallyOf(request))
})

it('rejects what a thread had that ended, and what waits when it is closed', async () => {
  const broken = pool('../threads/no-such-file.ts')
  await expect(broken.run(request)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('none-built') as unknown,
  })
  const threads = pool('../lab/tally-worker.ts')
  const answers = Promise.allSettled([request, request, request].map((one) => threads.run(one)))
  await threads.close()
  for (const answer of await answers) expect(answer).toMatchObject({ reason: { code: 'cancelled' } })
})
