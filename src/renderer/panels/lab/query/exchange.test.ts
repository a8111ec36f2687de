import { expect, it } from 'vitest'
import { exchangesOf, strongest } from './exchange'

const model = { tasks: ['semseg', 'depth'], strides: [4, 8], queries: 2 } as const
const self = { task: 'depth', scale: 1, query: 0 } as const
const step = (
  reads: number[],
  readBy: number[],
): { reads: Float32Array<ArrayBuffer>; readBy: Float32Array<ArrayBuffer> } => ({
  reads: Float32Array.from(reads),
  readBy: Float32Array.from(readBy),
})

it('names every partner of both steps and finds the strongest', () => {
  const { reads, readBy } = exchangesOf(
    {
      taskStep: step([0.5, 0.125, 0.25, 0.125], [0.1, 0.2, 0.3, 0.4]),
      scaleStep: step([0, 0.75, 0.25, 0], [0, 0, 0, 1]),
    },
    self,
    model,
  )
  expect(reads.map(({ step: name, label, total }) => [name, label, total])).toEqual([
    ['task', 'Semantic segmentation', 0.625],
    ['task', 'Depth', 0.375],
    ['scale', '1/4', 0.75],
    ['scale', '1/8', 0.25],
  ])
  expect(strongest(reads, self, 2)).toEqual([
    { address: { task: 'depth', scale: 0, query: 1 }, share: 0.75 },
    { address: { task: 'semseg', scale: 1, query: 0 }, share: 0.5 },
  ])
  expect(strongest(readBy, self, 9).map(({ share }) => Number(share.toFixed(2)))).toEqual([1, 0.4, 0.2, 0.1])
})

it('has no step between scales in a model with one', () => {
  const { reads } = exchangesOf({ taskStep: step([1, 0, 0, 0], [0, 0, 0, 0]), scaleStep: null }, self, model)
  expect(reads).toHaveLength(2)
})
