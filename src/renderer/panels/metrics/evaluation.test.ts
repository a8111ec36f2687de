import { describe, expect, it } from 'vitest'
import type { Job } from '../../../shared/contract'
import { evaluationOf, figureRows, publishedTasks } from './evaluation'

const report = {
  split: 'val',
  predictions: 'demo',
  samples: 2,
  reused: 0,
  seconds: 1,
  skipped: 0,
  metrics: { depth: { samples: 2, paper: { rmse: 1.23456 }, strict: { rmse: null, validPixels: 5 } } },
  sources: { depth: { paper: 'a', strict: 'b' } },
  published: {
    dataset: 'NYU',
    note: '',
    results: [{ method: 'm', backbone: 'b', source: 's', figures: { edge: 70, semseg: 50 } }],
  },
}
const job: Job = {
  id: '1',
  kind: 'evaluate',
  state: 'done',
  done: 2,
  total: 2,
  message: '',
  problem: null,
  report,
}

describe('the metrics panel', () => {
  it('reads the report of a finished evaluation only', () => {
    expect(evaluationOf(job)?.metrics.depth?.paper.rmse).toBe(1.23456)
    expect(evaluationOf({ ...job, state: 'running' })).toBeNull()
    expect(evaluationOf({ ...job, kind: 'export' })).toBeNull()
    expect(evaluationOf({ ...job, report: { split: 3 } })).toBeNull()
    expect(evaluationOf(undefined)).toBeNull()
  })

  it('shows known figures in both modes, a dash where there is none', () => {
    expect(figureRows(report.metrics.depth)).toEqual([
      { name: 'RMSE', unit: 'm', paper: '1.2346', strict: '–' },
    ])
  })

  it('lists the tasks of a table in the usual order', () => {
    expect(publishedTasks(evaluationOf(job)!.published!)).toEqual(['semseg', 'edge'])
  })
})
