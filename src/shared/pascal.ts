/** The 21 classes of PASCAL VOC in the order every loader uses; a file stores the index, 255 is void. */
export const PASCAL_CLASSES = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
] as const

/** Class number of a person among the objects of PASCAL-Part. */
export const PERSON_CLASS = 15

/** Into how many parts the loaders can map a person; 6 is what the published figures use. */
export const PART_VARIANTS = [1, 4, 6, 14] as const
export type PartVariant = (typeof PART_VARIANTS)[number]

/**
 * The 24 parts of a person in PASCAL-Part, and the class each becomes with 1, 4, 6 and 14 parts. For a class that no
 * part of a person has yet, the first name of that class is used.
 */
const PARTS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  head: [1, 1, 1, 1],
  hair: [1, 1, 1, 1],
  lear: [1, 1, 1, 1],
  rear: [1, 1, 1, 1],
  lebrow: [1, 1, 1, 1],
  rebrow: [1, 1, 1, 1],
  leye: [1, 1, 1, 1],
  reye: [1, 1, 1, 1],
  mouth: [1, 1, 1, 1],
  nose: [1, 1, 1, 1],
  torso: [1, 2, 2, 2],
  neck: [1, 2, 2, 2],
  ruarm: [1, 3, 3, 3],
  luarm: [1, 3, 3, 6],
  rlarm: [1, 3, 4, 4],
  rhand: [1, 3, 4, 5],
  llarm: [1, 3, 4, 7],
  lhand: [1, 3, 4, 8],
  ruleg: [1, 4, 5, 9],
  luleg: [1, 4, 5, 12],
  rlleg: [1, 4, 6, 10],
  rfoot: [1, 4, 6, 11],
  llleg: [1, 4, 6, 13],
  lfoot: [1, 4, 6, 14],
}

const CLASS_NAMES: Readonly<Record<PartVariant, readonly string[]>> = {
  1: ['person'],
  4: ['head', 'torso', 'arm', 'leg'],
  6: ['head', 'torso', 'upper arm', 'lower arm', 'upper leg', 'lower leg'],
  14: [
    'head',
    'torso',
    'right upper arm',
    'right lower arm',
    'right hand',
    'left upper arm',
    'left lower arm',
    'left hand',
    'right upper leg',
    'right lower leg',
    'right foot',
    'left upper leg',
    'left lower leg',
    'left foot',
  ],
}

/** Class names of human parts, background first. */
export function partClasses(variant: PartVariant): string[] {
  return ['background', ...CLASS_NAMES[variant]]
}

/** The class of a named part; null for a name the loaders do not know. */
export function partClass(name: string, variant: PartVariant): number | null {
  return Object.hasOwn(PARTS, name) ? (PARTS[name]?.[PART_VARIANTS.indexOf(variant)] ?? null) : null
}

/** The name a new part of a class is given. Throws nothing: every class has at least one name. */
export function partNameOf(part: number, variant: PartVariant): string {
  return Object.keys(PARTS).find((name) => partClass(name, variant) === part) ?? 'torso'
}
