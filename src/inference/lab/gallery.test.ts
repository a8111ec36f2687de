import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPhotoFile } from '../../engine/codecs/photo'
import { openBundle } from '../../engine/predictions/bundle'
import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { readTrace } from '../../shared/lab/trace-frame'
import { Encoder } from '../encoder'
import { Model } from '../model'
import { Lab } from './lab'

const FIXTURES = resolve(import.meta.dirname, '../../../test/fixtures')

describe.each(['tiny-bundle', 'tiny-released'])('the gallery of %s', (folder) => {
  it.each(['contribution', 'raw'] as const)(
    'tells of each query its share of the traces of all pixels, at every scale: %s',
    async (weighting) => {
      const bundle = await openBundle(join(FIXTURES, folder))
      const lab = new Lab(new Encoder(new Model({ ...bundle, provider: 'cpu' })))
      const photo = await readPhotoFile(join(FIXTURES, folder, 'oracle/small.png'), 'small')
      const { scales, queries: N } = bundle.card
      const view = { weighting, head: null, task: 'depth' as const }
      const ask = async (question: LabAsk): Promise<LabAnswer> => {
        const image = { key: 'small', ...photo }
        return (await lab.answer({ kind: 'lab', image, interventions: [], queries: [], ask: question }))
          .answer
      }

      const mean = new Float64Array(scales.length * N)
      for (let y = 0; y < photo.height; y++)
        for (let x = 0; x < photo.width; x++) {
          const answer = await ask({ kind: 'trace', ...view, x, y })
          if (answer.kind !== 'trace') throw new Error(answer.kind)
          const pixels = photo.width * photo.height
          const { read } = readTrace(answer.frame)
          for (let at = 0; at < mean.length; at++) mean[at]! += read[at]! / pixels
        }
      const found: number[] = []
      for (const scale of scales.keys()) {
        const answer = await ask({ kind: 'gallery', ...view, scale })
        if (answer.kind !== 'gallery') throw new Error(answer.kind)
        found.push(...answer.header.queries.map(({ contribution }) => contribution))
      }
      expect(found).toHaveLength(mean.length)
      for (const [at, share] of found.entries()) expect(share).toBeCloseTo(mean[at]!, 6)
    },
    60_000,
  )
})
