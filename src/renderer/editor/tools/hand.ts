import { defineTool } from './tool'

/** Panning belongs to the pane's camera; the pointer never gets here with this tool. */
export const hand = defineTool({
  id: 'hand',
  label: 'Hand (hold Space)',
  title: 'Hand',
  hint: 'Moves the photo.',
  icon: 'hand',
  key: 'h',
  group: 'look',
  begin: () => null,
})
