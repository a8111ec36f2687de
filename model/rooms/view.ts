import { labelValue } from './classes'

const SHELL = new Set((['wall', 'floor', 'ceiling', 'window', 'door'] as const).map(labelValue))

/** Limits a view has to keep to be worth a place in the data set; shares of all pixels, distances in metres. */
const VIEW_LIMITS = {
  largestClass: 0.72,
  furniture: 0.24,
  nearest: 0.45,
  nearestShare: 0.02,
  close: 0.95,
  closeShare: 0.22,
  classes: 6,
  void: 0.02,
}

/** Share from which a class counts as seen. */
const SEEN = 0.002

export interface View {
  classes: Uint8Array
  /** Metres; 0 where nothing was hit. */
  depth: Float32Array
}

interface Census {
  share: (value: number) => number
  /** Class values from 1 that are seen. */
  seen: number[]
  /** Share of what is not wall, floor, ceiling, window or door. */
  furniture: number
}

function census({ classes }: View): Census {
  const counts = new Map<number, number>()
  for (const value of classes) counts.set(value, (counts.get(value) ?? 0) + 1)
  const share = (value: number): number => (counts.get(value) ?? 0) / classes.length
  const seen = [...counts.keys()].filter((value) => value !== 0 && share(value) > SEEN)
  const furniture = [...counts.keys()]
    .filter((value) => value !== 0 && !SHELL.has(value))
    .reduce((sum, value) => sum + share(value), 0)
  return { share, seen, furniture }
}

/** Share of pixels that are nearer than a distance. */
function shareNearer({ depth }: View, distance: number): number {
  let count = 0
  for (const value of depth) if (value > 0 && value < distance) count++
  return count / depth.length
}

/** Why a view is refused, or undefined when it is good. */
export function judgeView(view: View): string | undefined {
  const { share, seen, furniture } = census(view)
  if (share(0) > VIEW_LIMITS.void) return 'looks out of the room'
  if (seen.some((value) => share(value) > VIEW_LIMITS.largestClass)) return 'one class fills the view'
  if (furniture < VIEW_LIMITS.furniture) return 'too little furniture'
  if (seen.length < VIEW_LIMITS.classes) return 'too few classes'
  if (shareNearer(view, VIEW_LIMITS.nearest) > VIEW_LIMITS.nearestShare) return 'too near an object'
  if (shareNearer(view, VIEW_LIMITS.close) > VIEW_LIMITS.closeShare) return 'too near an object'
  return undefined
}

/** Ranks good views of one room: many classes and much furniture, none of it filling the picture. */
export function scoreView(view: View): number {
  const { share, seen, furniture } = census(view)
  const largest = Math.max(0, ...seen.filter((value) => !SHELL.has(value)).map(share))
  return (
    Math.min(furniture, 0.6) + 0.06 * seen.length - 1.5 * Math.max(0, largest - 0.25) - shareNearer(view, 1.3)
  )
}
