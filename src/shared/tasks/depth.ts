import type { Task } from './task'

export const depth: Task = { id: 'depth', label: 'Depth', kind: 'scalar', unit: 'm' }
