import { expect, it } from 'vitest'
import { originOfAsked, originOfReport } from './effects-origin'

it('takes the mode and the weights of effects from what was asked and answered', () => {
  expect(originOfReport({ samples: 12, split: 'val', mode: 'remove' })).toEqual({
    of: '12 images of val',
    region: 'split',
    mode: 'remove',
    made: { weighting: 'raw', head: 'all heads', interventions: [] },
  })
  const reading = { model: 'hash', weighting: 'contribution' as const, head: 1, interventions: [] }
  expect(originOfAsked({ sample: '0001', reading, mode: 'renormalise' }, 'image', 4)).toEqual({
    of: '0001',
    region: 'image',
    mode: 'renormalise',
    made: { weighting: 'contribution', head: 'head 2 of 4', interventions: [] },
  })
})
