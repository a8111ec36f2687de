/** What an export can write; the ids are those of the engine and the command line. */
export const FORMATS = Object.freeze([
  {
    id: 'nyudv2',
    name: 'NYUDv2',
    note: 'The layout it was read in: files nobody corrected are copied byte for byte',
  },
] as const)
