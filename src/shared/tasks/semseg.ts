import type { Task } from './task'

export const semseg: Task = { id: 'semseg', label: 'Semantic segmentation', kind: 'class', unit: null }
