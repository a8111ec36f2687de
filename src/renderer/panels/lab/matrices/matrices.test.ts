import { describe, expect, it } from 'vitest'
import { summariseInfluence } from '../../../../shared/lab/influence'
import { linksOf } from '../../../../shared/lab/link'
import { attentionGroup, type MatrixContext } from './attention-views'
import { effectGroup } from './effect-views'
import { matrixFigure } from './matrix-figure'
import { cellText } from './matrix-view'

const context: MatrixContext = { tasks: ['semseg', 'depth'], strides: [4, 8], head: null, active: [] }
const answer = {
  matrices: [
    {
      at: 0,
      values: [
        [0.5, 0.25],
        [0.1, 0.6],
      ],
      own: [0.25, 0.3],
    },
    {
      at: 1,
      values: [
        [0.2, 0.7],
        [0.004, 0.9],
      ],
      own: [0.1, 0.096],
    },
  ],
  max: 0.9,
}

describe('matrices of attention', () => {
  const { views, to } = attentionGroup('task', answer, context)

  it('share one scale and say what each cell is', () => {
    expect(to).toBe('90.0 %')
    expect(views.map(({ title }) => title)).toEqual(['1/4', '1/8'])
    const cell = views[1]?.cells[0]?.[1]
    expect(cell).toMatchObject({ text: '70', share: 0.7 / 0.9 })
    expect(cell?.sentence).toBe('scale 1/8: semantic segmentation reads 70.0 % from depth')
    expect(cell?.link).toEqual({ kind: 'taskLink', scale: 1, source: 'depth', target: 'semseg', head: null })
    expect(views[1]?.cells[1]?.[0]?.text).toBe('<1')
  })

  it('show what a target keeps of itself apart, where it cannot be cut', () => {
    expect(views[0]).toMatchObject({ apart: 2 })
    expect(views[0]?.columns).toHaveLength(3)
    expect(views[0]?.cells[0]?.[2]).toMatchObject({ value: 0.25, link: null })
    const raw = { ...answer, matrices: answer.matrices.map((matrix) => ({ ...matrix, own: [0, 0] })) }
    expect(attentionGroup('task', raw, context).views[0]?.columns).toHaveLength(2)
  })

  it('know the links between scales of a task', () => {
    const group = attentionGroup('scale', answer, context)
    expect(group.views[1]?.title).toBe('Depth')
    expect(group.views[1]?.cells[0]?.[1]?.link).toEqual({
      kind: 'scaleLink',
      task: 'depth',
      source: 1,
      target: 0,
      head: null,
    })
  })

  it('cross what is cut', () => {
    const cut = {
      kind: 'taskLink',
      id: 'a',
      name: '',
      enabled: true,
      scale: null,
      source: 'depth',
      target: 'semseg',
      head: null,
      factor: 0,
      mode: 'remove',
    } as const
    const crossed = attentionGroup('task', answer, { ...context, active: [cut] })
    expect(crossed.views.map(({ cells }) => cells.map((row) => row.map(({ factor }) => factor)))).toEqual([
      [
        [1, 0, 1],
        [1, 1, 1],
      ],
      [
        [1, 0, 1],
        [1, 1, 1],
      ],
    ])
  })
})

describe('matrices of effects', () => {
  const shape = { tasks: context.tasks, scales: [{ stride: 4 }, { stride: 8 }] }
  const links = linksOf(shape)
  const effect = links.map((link, i) => (link.target === link.source ? 9 : i / 10))
  const influence = summariseInfluence(shape, [{ effect, attention: links.map(() => 0.5) }])

  it('put every measured number where its link is, in the unit of the target', () => {
    for (const level of ['task', 'scale'] as const) {
      const { views } = effectGroup(level, influence, context)
      for (const view of views)
        for (const row of view.cells)
          for (const { link, value } of row) {
            const at = links.findIndex(
              (one) =>
                one.target === link?.target &&
                one.source === link.source &&
                (one.axis === 'task'
                  ? link.kind === 'taskLink' && link.scale === one.scale
                  : link.kind === 'scaleLink' && link.task === one.task),
            )
            expect(value).toBe(effect[at])
          }
    }
    const { views, to } = effectGroup('task', influence, context)
    expect(views[0]?.cells[1]?.[0]?.sentence).toBe(
      'scale 1/4: cutting semantic segmentation → depth changes 400 mm',
    )
    expect(to).toBe('largest: Semantic segmentation 30 % of the pixels, Depth 500 mm')
  })

  it('colour by the largest effect on the target from elsewhere', () => {
    const [first] = effectGroup('task', influence, context).views
    expect(first?.cells[1]?.[0]?.share).toBeCloseTo(0.4 / 0.5)
    expect(first?.cells[1]?.[1]?.share).toBe(1)
  })
})

it('becomes a figure whose arrays are the numbers on screen', () => {
  const group = { ...attentionGroup('task', answer, context), unit: 'share' }
  const { arrays, picture } = matrixFigure('a', 'A', [{ ...group, outer: 'scale' }])
  expect(arrays.map(({ name, axes }) => [name, axes.map(({ labels }) => labels.length)])).toEqual([
    ['attention', [2, 2, 2]],
    ['attention_kept', [2, 2]],
  ])
  expect([...(arrays[0]?.data ?? [])]).toEqual([0.5, 0.25, 0.1, 0.6, 0.2, 0.7, 0.004, 0.9])
  expect([...(arrays[1]?.data ?? [])]).toEqual([0.25, 0.3, 0.1, 0.096])
  expect(picture.body.text.match(/<text[^>]*>70<\/text/)).not.toBeNull()
})

it('keeps numbers short enough for a cell', () => {
  expect([0, 0.001, 0.0351, 0.5, 1.26, 9.96, 12.4, 100].map(cellText)).toEqual([
    '0',
    '<.01',
    '.04',
    '.50',
    '1.3',
    '10.0',
    '12',
    '100',
  ])
})
