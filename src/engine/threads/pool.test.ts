import { expect, it, onTestFinished } from 'vitest'
import { createMap } from '../../shared/maps'
import type { FigureRequest } from '../lab/figure'
import { ThreadPool } from './pool'

const context = { classes: 2, zeroNormals: 'ignored', boundaryTolerance: 0.01 } as const
const map = createMap('scalar', 4, 3)
const request: FigureRequest = { task: 'depth', label: map, prediction: map, context }

function pool(source: string): ThreadPool<FigureRequest> {
  const made = new ThreadPool<FigureRequest>({ name: 'none-built', source, data: null, size: 2 })
  onTestFinished(() => made.close())
  return made
}

it('answers every request, and goes on after one that fails', async () => {
  map.data.fill(1)
  const figures = pool('../lab/figure-worker.ts')
  const near = { ...request, prediction: { ...map, data: map.data.map((value) => value + 0.5) } }
  const wrong = { ...request, prediction: createMap('scalar', 9, 3) }
  const answers = await Promise.allSettled([request, wrong, near, request].map((one) => figures.run(one)))
  expect(answers).toMatchObject([
    { value: 0 },
    { reason: { code: 'size_mismatch' } },
    { value: 0.5 },
    { value: 0 },
  ])
})

it('rejects what a thread had that ended, and what waits when it is closed', async () => {
  const broken = pool('../threads/no-such-file.ts')
  await expect(broken.run(request)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('none-built') as unknown,
  })
  const figures = pool('../lab/figure-worker.ts')
  const answers = Promise.allSettled([request, request, request].map((one) => figures.run(one)))
  await figures.close()
  for (const answer of await answers) expect(answer).toMatchObject({ reason: { code: 'cancelled' } })
})
