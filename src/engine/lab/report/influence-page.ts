import { STYLE } from '../../evaluate/report/style'
import { html, type Markup } from '../../../shared/markup'
import { reachOf, linksOf } from '../../../shared/lab/link'
import { linkFigures } from '../../../shared/lab/link-figures'
import { METRICS } from '../../../shared/metrics'
import { TASKS } from '../../../shared/tasks'
import type { InfluenceReport } from '../influence-report'
import type { Example } from './examples'
import { linkText, matrixPlot } from './matrix-plot'
import { scatterPlot } from './scatter-plot'
import { short } from './svg'

/** The measurement as one self-contained page: no scripts, nothing fetched. */
export function influencePage(
  report: InfluenceReport,
  examples: readonly Example[] = [],
  picture: Uint8Array | null = null,
): string {
  const { model, modelHash, dataset, split, samples, mode, version, skipped } = report
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width" />
        <title>Influence in ${model} on ${dataset} (${split})</title>
        ${STYLE}
      </head>
      <body>
        <h1>Influence in ${model}</h1>
        <p class="muted">
          ${samples} images of ${dataset} (${split}). Every link was cut alone,
          ${mode === 'remove' ? 'after the softmax: what came through it is missing' : 'before the softmax: the rest of the row takes over'}.
          Attention is where information could flow; the cut shows what did. Model ${modelHash.slice(0, 12)},
          MQ Studio ${version}.
        </p>
        <h2>Between tasks</h2>
        <figure>${matrixPlot(report, 'task')}</figure>
        <figure>${scatterPlot(report, 'task')}</figure>
        ${report.scaleRankCorrelation === null ? null : scales(report)}
        ${picture && examples.length > 0 ? examplesSection(report, examples, picture) : null}
        <h2>Where attention and effect disagree</h2>
        ${disagreements(report)} ${labels(report)}
        ${
          skipped.length === 0
            ? null
            : html`<h2>Skipped</h2>
                <ul>
                  ${skipped.map(({ sample, message }) => html`<li>${sample}: ${message}</li>`)}
                </ul>`
        }
      </body>
    </html>`.text
}

function scales(report: InfluenceReport): Markup {
  return html`<h2>Between scales</h2>
    <figure>${matrixPlot(report, 'scale')}</figure>
    <figure>${scatterPlot(report, 'scale')}</figure>`
}

function examplesSection(report: InfluenceReport, examples: readonly Example[], picture: Uint8Array): Markup {
  const lines = examples.map(({ task, link, sample, effect, range }) => {
    const unit = report.metric[task]?.unit ?? ''
    const scale = range === 1 && unit === '' ? '' : `, brightest ${short(range)} ${unit}`
    return html`<li>${sample}, ${linkText(report, link)} cut: ${short(effect)} ${unit}${scale}</li>`
  })
  return html`<h2>Examples</h2>
    <p class="muted">
      One row per task: photo, prediction, prediction with the link cut that has the largest mean effect, and
      where it changed; on the image where that effect is largest.
    </p>
    <img
      alt=""
      src="${`data:image/png;base64,${Buffer.from(picture).toString('base64')}`}"
      style="max-width: 100%"
    />
    <ol>
      ${lines}
    </ol>`
}

function disagreements(report: InfluenceReport): Markup {
  if (report.disagreements.length === 0)
    return html`<p class="muted">No link lies half of its task's list apart by attention and by effect.</p>`
  return html`<table>
    <thead>
      <tr>
        <th>link</th>
        <th class="text">kind</th>
        <th>attention</th>
        <th>effect</th>
        <th>place by attention</th>
        <th>place by effect</th>
      </tr>
    </thead>
    <tbody>
      ${report.disagreements.map(
        ({ link, kind, attention, effect, attentionPlace, effectPlace }) =>
          html`<tr>
            <th>${linkText(report, link)}</th>
            <td class="text">${kind}</td>
            <td>${attention.toFixed(3)}</td>
            <td>${short(effect)} ${report.metric[reachOf(link)]?.unit ?? ''}</td>
            <td>${attentionPlace.toFixed(2)}</td>
            <td>${effectPlace.toFixed(2)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** The cuts that change a figure most, best and worst. */
function labels(report: InfluenceReport): Markup | null {
  if (!report.labels) return null
  const { figures, change } = report.labels
  const links = linksOf(report)
  const effects = linkFigures(report, report.perSample)
  const rows = links
    .map((link, at) => ({ link, change: change[at] ?? 0, effect: effects[at]?.relativeEffect ?? 0 }))
    .filter(({ change: by }) => by !== 0)
  return html`<h2>Against the labels</h2>
    ${report.tasks.map((task) => {
      const figure = figures[task]
      if (!figure) return html``
      const own = rows
        .filter(({ link }) => reachOf(link) === task)
        .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
        .slice(0, 5)
      return html`<h3>
          ${TASKS[task].label}: ${figure.figure} ${short(figure.before)} over ${figure.images} images
        </h3>
        <table>
          <tbody>
            ${own.map(
              ({ link, change: by }) =>
                html`<tr>
                  <th>without ${linkText(report, link)}</th>
                  <td>${by > 0 ? '+' : ''}${by.toPrecision(2)}</td>
                  <td class="text">
                    ${by > 0 === METRICS[task].headline.higherIsBetter ? 'better' : 'worse'}
                  </td>
                </tr>`,
            )}
          </tbody>
        </table>`
    })}`
}
