/** One task's headline figure of a model and of its single-task baseline. */
export interface Comparison {
  readonly measured: number
  readonly baseline: number
  readonly higherIsBetter: boolean
}

/**
 * Multi-task performance in percent: delta_m = 100 / T * sum over tasks of (-1)^l (M - B) / B, l = 1 where lower is better
 * (Multi-Task-Learning-PyTorch, `calculate_multi_task_performance`). Null without a task or with a baseline of 0.
 */
export function deltaM(comparisons: readonly Comparison[]): number | null {
  if (comparisons.length === 0 || comparisons.some(({ baseline }) => baseline === 0)) return null
  const gains = comparisons.map(
    ({ measured, baseline, higherIsBetter }) =>
      ((higherIsBetter ? 1 : -1) * (measured - baseline)) / baseline,
  )
  return (100 * gains.reduce((sum, gain) => sum + gain, 0)) / gains.length
}
