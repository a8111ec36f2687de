import { NYUD40_CLASSES } from '../../src/shared/nyud40'

export type NyudClass = (typeof NYUD40_CLASSES)[number]

/** Value stored in segmentation/ID.png: index + 1. */
export function labelValue(name: NyudClass): number {
  return NYUD40_CLASSES.indexOf(name) + 1
}

/** Parts of a mesh, found by material name, that carry a class of their own inside an object of another class. */
const PART_RULES: { owner: NyudClass[]; material: RegExp; part: NyudClass }[] = [
  { owner: ['bed'], material: /pillow|cuishon/i, part: 'pillow' },
  // Loose cushions only: a material called "cushions" is the seat itself on several sofas.
  { owner: ['sofa'], material: /pillow|^cosins|cojoncillos|podush/i, part: 'pillow' },
  { owner: ['dresser', 'cabinet', 'table'], material: /mirror|miroir/i, part: 'mirror' },
]

/** Class of one material group of a mesh whose whole is labelled `owner`. */
export function partClass(owner: NyudClass, material: string): NyudClass {
  const rule = PART_RULES.find((r) => r.owner.includes(owner) && r.material.test(material))
  return rule ? rule.part : owner
}
