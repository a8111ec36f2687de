import type { Card } from '../../shared/card'
import { classCells, type ClassCells } from '../../shared/lab/class-cells'
import type { TaskId } from '../../shared/tasks'
import { headerOf } from './grid'
import type { LabRun } from './run'

/** The task whose classes describe a place: the task itself, or the model's first one with classes. */
export function classTaskOf({ tasks }: Card, task: TaskId): TaskId | null {
  const own = tasks.find(({ id, kind }) => id === task && kind === 'class')
  return (own ?? tasks.find(({ kind }) => kind === 'class'))?.id ?? null
}

/** Predicted classes under every cell of a scale's grid. */
export async function predictedCells(run: LabRun, task: TaskId, scale: number): Promise<ClassCells | null> {
  const { map } = await run.decoded(task)
  return map.kind === 'class' ? classCells(map, headerOf(run.sample, scale)) : null
}
