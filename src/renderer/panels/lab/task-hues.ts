import type { TaskId } from '../../../shared/tasks'

/**
 * One hue a task, to tell tasks apart where they meet in one picture; they carry no number. After Okabe and Ito's set
 * for all colour visions, a little lighter where it would sink into the dark theme.
 */
export const TASK_HUES: Readonly<Record<TaskId, string>> = Object.freeze({
  semseg: '#56b4e9',
  depth: '#e69f00',
  normals: '#1fae82',
  edge: '#cc79a7',
  sal: '#d8cc3a',
  human_parts: '#d55e00',
})
