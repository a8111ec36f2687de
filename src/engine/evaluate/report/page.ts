import { METRICS } from '../../../shared/metrics'
import type { PublishedTable } from '../../../shared/metrics/published'
import { TASK_IDS, TASKS, type TaskId } from '../../../shared/tasks'
import type { Evaluation } from '../evaluation'
import { html, type Markup } from '../../../shared/markup'
import { classBars, errorHistogram, fByThreshold, precisionRecall } from './plots'
import { STYLE } from './style'

/** An image by its figure in one task, worst first. */
export interface WorstImage {
  readonly id: string
  readonly value: number
  /** `data:` address of a small picture; null when the photo cannot be read. */
  readonly picture: string | null
}
export type WorstImages = Readonly<Partial<Record<TaskId, readonly WorstImage[]>>>

/** The report as one self-contained page: no scripts, nothing fetched. */
export function reportPage(evaluation: Evaluation, worst: WorstImages): string {
  const { dataset, split, samples, predictions, layout, skipped, deltaM } = evaluation
  const tasks = TASK_IDS.filter((task) => evaluation.metrics[task])
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width" />
        <title>${predictions} on ${dataset} (${split})</title>
        ${STYLE}
      </head>
      <body>
        <h1>${predictions} on ${dataset}</h1>
        <p class="muted">
          ${samples} samples of ${split}, layout
          ${layout}.${deltaM === null ? null : html` Δm ${deltaM.toFixed(2)} % against the baseline.`}
        </p>
        ${tasks.map((task) => taskSection(evaluation, task, worst[task] ?? []))}
        ${publishedSection(evaluation)}
        ${
          skipped.length === 0
            ? null
            : html`<section>
                <h2>Skipped</h2>
                <ul>
                  ${skipped.map(({ sample, task, message }) => html`<li>${TASKS[task].label} of ${sample}: ${message}</li>`)}
                </ul>
              </section>`
        }
      </body>
    </html>`.text
}

function taskSection(evaluation: Evaluation, task: TaskId, worst: readonly WorstImage[]): Markup {
  const { paper = {}, strict = {}, samples = 0 } = evaluation.metrics[task] ?? {}
  const names = [...new Set([...Object.keys(paper), ...Object.keys(strict)])]
  const source = evaluation.sources[task]
  const classes = evaluation.perClass[task]
  const curve = evaluation.curves[task]
  const errors = evaluation.errors[task]
  return html`<section>
    <h2>${TASKS[task].label} <small>${samples} images</small></h2>
    <div class="side">
      <div>
        <table>
          <thead>
            <tr>
              <th></th>
              <th>paper</th>
              <th>strict</th>
            </tr>
          </thead>
          <tbody>
            ${names.map(
              (name) =>
                html`<tr>
                  <th>${name === 'odsF' ? 'odsF*' : name}</th>
                  <td>${shown(paper[name])}</td>
                  <td>${shown(strict[name])}</td>
                </tr>`,
            )}
          </tbody>
        </table>
        ${source ? html`<p class="muted">Paper: ${source.paper}.<br />Strict: ${source.strict}.</p>` : null}
      </div>
      ${curve ? html`<figure>${task === 'edge' ? precisionRecall(curve) : fByThreshold(curve)}</figure>` : null}
      ${errors ? html`<figure>${errorHistogram(errors)}</figure>` : null}
    </div>
    ${
      classes && task !== 'sal'
        ? html`<h3>IoU by class</h3>
            <figure>${classBars(classes)}</figure>`
        : null
    }
    ${worst.length === 0 ? null : worstSection(task, worst)}
  </section>`
}

function worstSection(task: TaskId, worst: readonly WorstImage[]): Markup {
  const { figure } = METRICS[task].headline
  return html`<h3>Worst images by ${figure}</h3>
    <div class="images">
      ${worst.map(
        ({ id, value, picture }) =>
          html`<figure>
            ${picture === null ? null : html`<img src="${picture}" alt="" />`}
            <figcaption>${id}<br />${shown(value)}</figcaption>
          </figure>`,
      )}
    </div>`
}

function publishedSection({ published, metrics, predictions, dataset }: Evaluation): Markup | null {
  if (!published) return null
  const tasks = TASK_IDS.filter((task) =>
    published.results.some(({ figures }) => figures[task] !== undefined),
  )
  const own = tasks.map((task) => metrics[task]?.paper[METRICS[task].headline.figure])
  return html`<section>
    <h2>Beside results published on ${published.dataset}</h2>
    <p class="muted">
      ${published.note} The first row was measured on ${dataset}; it is comparable only where that is the same
      data.
    </p>
    <table>
      <thead>
        <tr>
          <th>method</th>
          <th>backbone</th>
          ${tasks.map((task) => html`<th>${TASKS[task].label}, ${METRICS[task].headline.figure}</th>`)}
          <th>source</th>
        </tr>
      </thead>
      <tbody>
        <tr class="own">
          <th>${predictions}</th>
          <td></td>
          ${own.map((value) => html`<td>${shown(value)}</td>`)}
          <td class="text">this evaluation, paper mode</td>
        </tr>
        ${rows(published, tasks)}
      </tbody>
    </table>
  </section>`
}

function rows({ results }: PublishedTable, tasks: readonly TaskId[]): Markup[] {
  return results.map(
    ({ method, backbone, figures, source }) =>
      html`<tr>
        <th>${method}</th>
        <td class="text">${backbone}</td>
        ${tasks.map((task) => html`<td>${figures[task] ?? ''}</td>`)}
        <td class="text">${source}</td>
      </tr>`,
  )
}

function shown(value: number | null | undefined): string {
  if (value == null) return '–'
  return Number.isInteger(value) && Math.abs(value) > 1000
    ? value.toLocaleString('en')
    : value.toFixed(Math.abs(value) < 2 ? 4 : 2)
}
