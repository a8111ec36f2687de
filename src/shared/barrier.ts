import type { DenseMap } from './maps'

/** Edges a brush does not cross. `wall` pixels can be entered but not left; `between` two neighbours there can be an edge. */
export interface Barrier {
  wall(at: number): boolean
  between(a: number, b: number): boolean
}

/** A boundary response of this or more is a wall. */
const WALL_RESPONSE = 0.5
/** Neighbours whose depths differ by more than this part of the nearer one are on different surfaces. */
const DEPTH_JUMP = 0.05

/**
 * The edges of a layer: where the class changes, where a boundary is drawn, where depth jumps (an invalid pixel is apart
 * from every valid one), where normals turn by more than 30 degrees.
 */
export function barrierOf(map: DenseMap): Barrier {
  const { data } = map
  switch (map.kind) {
    case 'class':
      return { wall: () => false, between: (a, b) => data[a] !== data[b] }
    case 'probability':
      return { wall: (at) => data[at]! >= WALL_RESPONSE, between: () => false }
    case 'scalar':
      return {
        wall: () => false,
        between: (a, b) => {
          const near = Math.min(data[a]!, data[b]!)
          return Math.abs(data[a]! - data[b]!) > DEPTH_JUMP * near
        },
      }
    case 'vector':
      return { wall: () => false, between: (a, b) => dot(data, a, b) < COS_TURN }
  }
}

const COS_TURN = Math.cos(Math.PI / 6)

function dot(data: ArrayLike<number>, a: number, b: number): number {
  return (
    data[a * 3]! * data[b * 3]! + data[a * 3 + 1]! * data[b * 3 + 1]! + data[a * 3 + 2]! * data[b * 3 + 2]!
  )
}
