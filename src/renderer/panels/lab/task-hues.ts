import type { TaskId } from '../../../shared/tasks'

/**
 * One hue a task, to tell tasks apart where they meet in one picture; they carry no number. After Okabe and Ito's set
 * for all colour visions; blue, green and pink are set further apart in lightness, so that the four usual tasks stay apart by
 * CIE Lab 29 or more without red or green receptors (simulated after Machado et al. 2009).
 */
export const TASK_HUES: Readonly<Record<TaskId, string>> = Object.freeze({
  semseg: '#2f8fdc',
  depth: '#e69f00',
  normals: '#0b7f5c',
  edge: '#e69ac4',
  sal: '#d8cc3a',
  human_parts: '#d55e00',
})
