import { defineCommand, hasSample, hasTask, type Command } from './command'

/** From sample to sample, and what is decided about them. */
export const SAMPLE_COMMANDS: readonly Command[] = [
  defineCommand({
    id: 'sample.previous',
    label: 'Previous sample',
    group: 'Samples',
    keys: ['a', 'arrowleft'],
    enabled: (editor) => editor.film.canStep(-1),
    run: (editor) => editor.step(-1),
  }),
  defineCommand({
    id: 'sample.next',
    label: 'Next sample',
    group: 'Samples',
    keys: ['d', 'arrowright'],
    enabled: (editor) => editor.film.canStep(1),
    run: (editor) => editor.step(1),
  }),
  defineCommand({
    id: 'sample.finish',
    label: 'Mark as done and go on',
    group: 'Samples',
    keys: ['ctrl+enter'],
    enabled: hasSample,
    run: (editor) => editor.reviews.finish(),
  }),
  defineCommand({
    id: 'sample.reject',
    label: 'Reject the label of this task',
    group: 'Samples',
    keys: ['ctrl+backspace'],
    enabled: hasTask,
    run: (editor) => editor.reviews.set(editor.view.task, { state: 'rejected' }),
  }),
  defineCommand({
    id: 'sample.next-unfinished',
    label: 'Next sample with work left',
    group: 'Samples',
    keys: ['n'],
    enabled: hasSample,
    run: (editor) => editor.reviews.openNextUnfinished(),
  }),
]
