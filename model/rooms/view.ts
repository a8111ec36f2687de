import { labelValue } from './classes'

const SHELL = new Set((['wall', 'floor', 'ceiling', 'window', 'door'] as const).map(labelValue))

/** Limits a view has to keep to be worth a place in the data set; shares of all pixels. */
export const VIEW_LIMITS = {
  largestClass: 0.72,
  furniture: 0.24,
  nearest: 0.45,
  close: 0.95,
  closeShare: 0.22,
  classes: 6,
  void: 0.02,
}

/** Why a view is refused, or undefined when it is good. `depth` in metres, 0 where nothing was hit. */
export function judgeView(maps: { classes: Uint8Array; depth: Float32Array }): string | undefined {
  const counts = new Map<number, number>()
  let near = 0
  let close = 0
  for (let i = 0; i < maps.classes.length; i++) {
    const value = maps.classes[i]!
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (value !== 0 && maps.depth[i]! < VIEW_LIMITS.nearest) near++
    if (value !== 0 && maps.depth[i]! < VIEW_LIMITS.close) close++
  }
  const total = maps.classes.length
  const share = (value: number): number => (counts.get(value) ?? 0) / total
  const furniture = [...counts.keys()]
    .filter((v) => v !== 0 && !SHELL.has(v))
    .reduce((sum, v) => sum + share(v), 0)
  const seen = [...counts.entries()].filter(([v, n]) => v !== 0 && n / total > 0.002).length
  if (share(0) > VIEW_LIMITS.void) return 'looks out of the room'
  if ([...counts.keys()].some((v) => share(v) > VIEW_LIMITS.largestClass)) return 'one class fills the view'
  if (furniture < VIEW_LIMITS.furniture) return 'too little furniture'
  if (seen < VIEW_LIMITS.classes) return 'too few classes'
  if (close / total > VIEW_LIMITS.closeShare || near / total > 0.02) return 'too near an object'
  return undefined
}
