import type { Editor } from '../editor.svelte'
import { defineCommand, type Command } from './command'

const STEPS = [
  { id: 'left', words: 'to the left', x: -1, y: 0 },
  { id: 'right', words: 'to the right', x: 1, y: 0 },
  { id: 'up', words: 'up', x: 0, y: -1 },
  { id: 'down', words: 'down', x: 0, y: 1 },
] as const
/** With Shift the pin goes about as far as a cell of a coarse grid is wide. */
const FAR = 16

const hasPin = (editor: Editor): boolean => editor.lab.pin !== null

/** What is looked at in Attention mode. */
export const LAB_COMMANDS: readonly Command[] = [
  defineCommand({
    id: 'lab.pin',
    label: 'Pin the pixel under the pointer, or let it go',
    group: 'Attention',
    keys: ['p'],
    mode: 'attention',
    enabled: ({ lab }) => lab.sample !== null && lab.point !== null,
    run: ({ lab }) => (lab.pin ? lab.unpin() : lab.pinAt()),
  }),
  ...STEPS.flatMap(({ id, words, x, y }) => [
    defineCommand({
      id: `lab.pin-${id}`,
      label: `Move the pin ${words}`,
      group: 'Attention',
      keys: [`arrow${id}`],
      mode: 'attention',
      enabled: hasPin,
      run: ({ lab }) => lab.movePin(x, y),
    }),
    defineCommand({
      id: `lab.pin-far-${id}`,
      label: `Move the pin far ${words}`,
      group: 'Attention',
      keys: [`shift+arrow${id}`],
      mode: 'attention',
      enabled: hasPin,
      run: ({ lab }) => lab.movePin(x * FAR, y * FAR),
    }),
  ]),
]
