import type { Task } from './task'

export const edge: Task = { id: 'edge', label: 'Boundaries', kind: 'probability', unit: null }
