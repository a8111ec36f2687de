import type { Card } from '../../shared/card'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'

/** Describes the files of `--raw`, so that they can be read without the card. */
export const RAW_FILE = 'raw.json'

/**
 * Where a sample's raw logits go: `<task>/<id>.npy`; below `raw/` where that is the name of the label, which is stored as
 * (H,W) or (H,W,3) and not as logits. Logits of depth are metres and can be the label.
 */
export function rawLogitsFile(dataset: Dataset, id: string, task: TaskId | null): string {
  const file = `${task}/${id}.npy`
  const label = task !== null && task !== 'depth' && dataset.writeFile(id, task) === file
  return label ? `raw/${file}` : file
}

/** The content of `raw.json`: for each task the files, their axes and what the channels are. */
export function describeRawLogits(dataset: Dataset, card: Card, sample: string): string {
  const entries = card.tasks.map(({ id, kind, channels, classes, activation, unit }) => [
    id,
    {
      files: rawLogitsFile(dataset, sample, id).replace(`${sample}.npy`, '<id>.npy'),
      dtype: 'float32',
      axes: ['channel', 'height', 'width'],
      size: "the photo's own: padding cropped, then bilinear without antialiasing (align_corners false)",
      channels: kind === 'vector' ? ['x', 'y', 'z'] : (classes ?? channels),
      values: `the model's output before the activation "${activation}"`,
      unit,
    },
  ])
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`
}
