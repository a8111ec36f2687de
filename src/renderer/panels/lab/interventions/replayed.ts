import type { Replay } from '../../../../shared/lab/jobs'
import { METRICS } from '../../../../shared/metrics'
import type { TaskId } from '../../../../shared/tasks'
import { SHORT_NAMES } from '../../task-names'
import type { Figure } from '../figures/figure'
import { tablePicture } from '../figures/table-picture'
import { effectWords } from '../effect-words'

/** What interventions did to one task over a split; figures empty without labels. */
interface ReplayRow {
  readonly task: TaskId
  readonly name: string
  /** How far the prediction moved, mean over the images, with its unit. */
  readonly effect: string
  /** The headline figure against the labels. */
  readonly figure: string
  readonly before: string
  readonly after: string
}

export function replayRows({ tasks }: Replay): ReplayRow[] {
  return tasks.map(({ task, effect, figures }) => {
    const headline = headlineOf(task, figures)
    return {
      task,
      name: SHORT_NAMES[task],
      effect: effect ? (effect.mean === 0 ? 'nothing' : effectWords(task, effect.mean)) : '–',
      figure: headline?.figure ?? '',
      before: text(headline?.before),
      after: text(headline?.after),
    }
  })
}

export function replayFigure(report: Replay): Figure {
  const rows = replayRows(report)
  const axes = [{ name: 'task', labels: rows.map(({ task }) => task) }]
  const numbers = (pick: (task: Replay['tasks'][number]) => number | null | undefined): Float64Array =>
    Float64Array.from(report.tasks, (task) => pick(task) ?? NaN)
  const unit = rows.map(({ figure }) => figure).join(', ')
  return {
    name: 'interventions-on-a-split',
    title: `Interventions on ${replayWords(report)}`,
    picture: tablePicture(
      ['Task', 'moves by', 'figure', 'before', 'now'],
      rows.map(({ name, effect, figure, before, after }) => [name, effect, figure, before, after]),
    ),
    arrays: [
      {
        name: 'effect',
        axes,
        unit: 'in the unit of the task',
        data: numbers(({ effect }) => effect?.mean),
      },
      {
        name: 'before',
        axes,
        unit,
        data: numbers(({ task, figures: all }) => headlineOf(task, all)?.before),
      },
      {
        name: 'now',
        axes,
        unit,
        data: numbers(({ task, figures: all }) => headlineOf(task, all)?.after),
      },
    ],
  }
}

/** What the interventions were replayed on. */
export function replayWords({ samples, split }: Replay): string {
  return `${samples} images of ${split}`
}

function headlineOf(
  task: TaskId,
  figures: Replay['tasks'][number]['figures'],
): Replay['tasks'][number]['figures'][number] | undefined {
  return figures.find(({ figure }) => figure === METRICS[task].headline.figure)
}

function text(value: number | null | undefined): string {
  return value == null ? '–' : String(Number(value.toPrecision(4)))
}
