import { expect, it } from 'vitest'
import { wantedMaps } from './wanted'

const layers = (['photo', 'label', 'corrected', 'prediction'] as const).map((source) => ({
  task: 'depth' as const,
  source,
  available: source !== 'prediction',
}))

it('wants what is there, and the untouched label only beside an edited one', () => {
  const size = { width: 560, height: 425 }
  expect(wantedMaps(size, layers, { depth: 0 }).map(({ source }) => source)).toEqual(['corrected'])
  expect(wantedMaps(size, layers, { depth: 3 }).map(({ source }) => source)).toEqual(['label', 'corrected'])
  const predicted = layers.map((layer) => ({ ...layer, available: true }))
  expect(wantedMaps(size, predicted, {}).map(({ source }) => source)).toEqual(['corrected', 'prediction'])
})

it('wants nothing that is not on screen for a very large photo', () => {
  expect(wantedMaps({ width: 8000, height: 8000 }, layers, {})).toEqual([])
})
