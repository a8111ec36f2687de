import type { Task } from './task'

export const normals: Task = { id: 'normals', label: 'Surface normals', kind: 'vector', unit: null }
