import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directions } from '../../../../test/support/arbitrary-maps'
import { angleBetween } from '../../../shared/camera'
import { anglesOf, directionOf, directionOnBall, turned } from './direction'

describe('directions as angles', () => {
  it('come back from their angles', () => {
    fc.assert(
      fc.property(directions, (direction) => {
        expect(angleBetween(directionOf(anglesOf(direction)), direction)).toBeLessThan(1e-6)
      }),
    )
    expect(anglesOf([0, 0, 1])).toEqual({ right: 0, up: 0 })
    expect(anglesOf([1, 0, 0])).toEqual({ right: 90, up: 0 })
    expect(anglesOf([0, 1, 0]).up).toBe(90)
  })

  it('turn round, and stop at the poles', () => {
    expect(turned({ right: 178, up: 85 }, 5, 10)).toEqual({ right: -177, up: 90 })
    expect(turned({ right: -178, up: -85 }, -5, -10)).toEqual({ right: 177, up: -90 })
  })

  it('are where they are seen on the ball', () => {
    fc.assert(
      fc.property(directions, (direction) => {
        fc.pre(direction[2] >= 0)
        expect(angleBetween(directionOnBall(direction[0], direction[1]), direction)).toBeLessThan(1e-5)
      }),
    )
    expect(directionOnBall(0, -7)).toEqual([0, -1, 0])
    expect(directionOnBall(0, 0)).toEqual([0, 0, 1])
  })
})
