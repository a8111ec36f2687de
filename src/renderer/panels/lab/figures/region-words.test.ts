import { expect, it } from 'vitest'
import { createMask } from '../../../../shared/mask'
import { regionWords } from './region-words'

it('says how many pixels are selected and where', () => {
  const data = new Uint8Array(6 * 4)
  for (const at of [6 + 2, 6 + 3, 12 + 2]) data[at] = 1
  expect(regionWords(createMask({ width: 6, height: 4 }, data))).toBe(
    'selection of 3 pixels, x 2 to 3, y 1 to 2',
  )
  expect(regionWords(null)).toBe('image')
})
