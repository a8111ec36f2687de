/** What an export can write; the ids are those of the engine and the command line. */
export const FORMATS = Object.freeze([
  { id: 'nyudv2', name: 'NYUDv2', note: 'Files nobody corrected are copied byte for byte' },
  { id: 'coco', name: 'COCO', note: 'Panoptic PNG and run lengths of the classes' },
  { id: 'png', name: 'PNG', note: 'Pictures any tool opens: classes, millimetres, normals' },
  { id: 'npy', name: 'NumPy', note: 'Every task exactly, with masks of what is valid' },
] as const)
