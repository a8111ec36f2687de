import { hangAbove } from './decor'
import type { Piece, Placer } from './placer'

/** What stands at a wall in rooms of several kinds. */
export function radiator(placer: Placer): void {
  placer.againstWall(placer.model('radiator'), { gap: 0.01, bottom: 0.1 })
}

export function fireplace(placer: Placer): void {
  placer.againstWall(
    placer.model('fireplace', (s) => s[1] < placer.height),
    { clear: 0.6 },
  )
}

/** A low dresser with a lamp, a vase and one more thing on it; with a chance of `mirror.chance`, a mirror hangs above. */
export function sideboard(
  placer: Placer,
  more: () => Piece | undefined,
  mirror: { chance: number; width: [number, number]; height: [number, number] },
): void {
  const { random } = placer
  const board = placer.againstWall(
    placer.model('dresser', (s) => s[1] < 1.1),
    { clear: 0.5 },
  )
  if (!board) return
  placer.onTop(board, [placer.model('tableLamp'), placer.model('vase'), more()])
  if (!random.chance(mirror.chance)) return
  const size: [number, number, number] = [random.range(...mirror.width), random.range(...mirror.height), 0.04]
  hangAbove(placer, board, placer.shape('mirror', 'mirror', size), 0.4)
}
