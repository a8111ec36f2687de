import { expect, it } from 'vitest'
import { deltaM } from './delta-m'

it('averages relative gains, with the sign turned where lower is better', () => {
  const gains = [
    { measured: 44, baseline: 40, higherIsBetter: true },
    { measured: 0.6, baseline: 0.5, higherIsBetter: false },
  ]
  expect(deltaM(gains)).toBeCloseTo((10 - 20) / 2, 10)
})

it('has no value without tasks or with a baseline of 0', () => {
  expect(deltaM([])).toBeNull()
  expect(deltaM([{ measured: 1, baseline: 0, higherIsBetter: true }])).toBeNull()
})
