import type { Task } from './task'

export const humanParts: Task = { id: 'human_parts', label: 'Human parts', kind: 'class', unit: null }
