import type { Task } from './task'

export const sal: Task = { id: 'sal', label: 'Saliency', kind: 'probability', unit: null }
