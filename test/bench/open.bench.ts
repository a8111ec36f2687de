import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, bench, describe } from 'vitest'
import { openDataset } from '../../src/engine/dataset/readers'
import { createApp } from '../../src/engine/http/app'
import { Services } from '../../src/engine/services'
import { fakePredictions } from '../support/fake-predictions'
import { listFolders, makeLarge } from '../support/make-large'

const SAMPLES = 100_000
const ONCE = { iterations: 5, time: 0, warmupIterations: 0, warmupTime: 0 }

const home = mkdtempSync(join(tmpdir(), 'mq-studio-bench-'))
const root = await makeLarge(join(home, 'rooms'), SAMPLES)

describe(`open ${SAMPLES} samples (five folders of as many files)`, () => {
  process.env.MQ_STUDIO_CACHE = join(home, 'cache')
  const services = new Services(fakePredictions())
  const app = createApp(services, { token: null })
  const get = async (path: string): Promise<void> => {
    const response = await app.request(`/v1${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    await response.arrayBuffer()
  }
  afterAll(async () => {
    await services.dispose()
    rmSync(home, { recursive: true, force: true })
  })

  bench('the file system lists the folders', async () => void (await listFolders(root)), ONCE)
  bench('open the data set', async () => void (await openDataset(root)), ONCE)
  bench(
    'open it in the engine, first page and 12 thumbnails (the first time made, then kept)',
    async () => {
      await services.openDataset(root)
      await get('/status')
      await get('/samples?offset=0&limit=100')
      await Promise.all(
        Array.from({ length: 12 }, (_, i) => get(`/samples/${String(i).padStart(6, '0')}/thumbnail`)),
      )
    },
    ONCE,
  )
})
