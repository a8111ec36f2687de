import { expect, it } from 'vitest'
import { parseReport, reportSentence } from './report'

it('states what was written and whether it was read back', () => {
  expect(reportSentence({ samples: 24, files: 96, changed: 2, verified: 96 })).toBe(
    '24 samples, 96 files, 2 changed; every file was read back and matches.',
  )
  expect(reportSentence({ samples: 1, files: 4, changed: 1, verified: 3 })).toBe(
    '1 sample, 4 files, 1 changed; 3 of 4 files read back and match.',
  )
  expect(reportSentence({ samples: 1, files: 4, changed: 1, verified: false })).toContain('not read back')
})

it('does not trust the shape of what it is given', () => {
  expect(parseReport({ samples: 1, files: 4, changed: 1, verified: true, more: 'fields' })).not.toBeNull()
  expect(parseReport({ samples: '1' })).toBeNull()
  expect(parseReport(null)).toBeNull()
})
