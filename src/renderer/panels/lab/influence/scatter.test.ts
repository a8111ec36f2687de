import { expect, it } from 'vitest'
import { summariseInfluence } from '../../../../shared/lab/influence'
import { isOwn, linksOf } from '../../../../shared/lab/link'
import { MARKS, rho, scatterFigure, scatterPoints } from './scatter'

const shape = { tasks: ['semseg', 'depth', 'edge'] as const, scales: [{ stride: 4 }, { stride: 8 }] }
const links = linksOf(shape)
const effect = links.map((_, i) => (i === 3 ? null : i / 10))
const attention = links.map((_, i) => i / 100)
const influence = summariseInfluence(shape, [{ effect, attention }])

it('has one point a measured link between different tasks, with the numbers of that link', () => {
  const points = scatterPoints(influence)
  const wanted = links.flatMap((link, i) =>
    link.axis === 'task' && !isOwn(link) && effect[i] != null
      ? [{ link, attention: attention[i], effect: effect[i] }]
      : [],
  )
  expect(
    points.map((point) => ({ link: point.link, attention: point.attention, effect: point.effect })),
  ).toEqual(wanted)
  for (const task of shape.tasks) {
    const mine = points.filter((point) => point.task === task)
    expect(Math.max(...mine.map(({ relative }) => relative))).toBe(1)
  }
})

it('becomes a figure with a mark a point', () => {
  const figure = scatterFigure(influence, 'one image', 'raw')
  const points = scatterPoints(influence).length
  const filled = MARKS.map(({ colour }) => figure.picture.body.text.split(`fill="${colour}"`).length - 1)
  expect(filled.reduce((sum, count) => sum + count)).toBe(points + shape.tasks.length)
  expect(figure.arrays.map(({ data }) => data.length)).toEqual([points, points, points])
})

it('prints rank correlations with their sign', () => {
  expect([0.456, -1, null, undefined].map(rho)).toEqual(['+0.46', '−1.00', '–', '–'])
})
