/** NYUD-40 in the order every public loader uses (index 0..39; a file stores index + 1), spelling included. */
export const NYUD40_CLASSES = [
  'wall',
  'floor',
  'cabinet',
  'bed',
  'chair',
  'sofa',
  'table',
  'door',
  'window',
  'bookshelf',
  'picture',
  'counter',
  'blinds',
  'desk',
  'shelves',
  'curtain',
  'dresser',
  'pillow',
  'mirror',
  'floor mat',
  'clothes',
  'ceiling',
  'books',
  'refridgerator',
  'television',
  'paper',
  'towel',
  'shower curtain',
  'box',
  'whiteboard',
  'person',
  'night stand',
  'toilet',
  'sink',
  'lamp',
  'bathtub',
  'bag',
  'otherstructure',
  'otherfurniture',
  'otherprop',
] as const

/**
 * Entry `index` of the VOC colour map: bits 0..2 of the index become the high bits of r, g, b, then the next three
 * the bits below, and so on (VOCdevkit, `VOClabelcolormap.m`).
 */
export function vocColour(index: number): [number, number, number] {
  const colour: [number, number, number] = [0, 0, 0]
  for (let bit = 7, rest = index; rest > 0; bit--, rest >>= 3) {
    colour[0] |= (rest & 1) << bit
    colour[1] |= ((rest >> 1) & 1) << bit
    colour[2] |= ((rest >> 2) & 1) << bit
  }
  return colour
}

/** Colours by class index: VOC entries 1..40, so that void keeps entry 0 (black). */
export const NYUD40_PALETTE: readonly [number, number, number][] = NYUD40_CLASSES.map((_, index) =>
  vocColour(index + 1),
)
