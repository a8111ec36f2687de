/** What an export can write; the ids are those of the command line. */
export const FORMATS = Object.freeze([
  { id: 'nyudv2', name: 'NYUDv2', note: 'PNG and npy as in the NYUDv2 archive' },
  { id: 'nyud_mt', name: 'NYUD_MT', note: 'the older ASTMT layout' },
  { id: 'pascal', name: 'PASCAL-Context', note: 'mat and PNG as PASCALContext' },
  { id: 'coco', name: 'COCO', note: 'class masks as run-length JSON' },
  { id: 'png', name: 'PNG', note: 'one indexed or 16-bit PNG per task' },
  { id: 'npy', name: 'npy', note: 'one array per task, as it is held' },
] as const)
