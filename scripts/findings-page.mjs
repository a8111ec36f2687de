// The text of docs/findings.md: every number, and every sentence that depends on one, comes from the measurement.

/** The page as Markdown. `examples` are the rows of examples.png, `replays` {name, found} of saved interventions. */
export function findingsPage(card, report, examples, replays) {
  const { tasks, scales, samples, dataset } = report
  return `# What the attention lab makes visible in the demo model

<!-- Written by scripts/findings.mjs; change the script, not this page. -->

The model is \`${card.name}\` (SHA-256 ${report.modelHash.slice(0, 12)}…): ${card.description} Measured on ${samples} rendered rooms it was
not trained on (\`${dataset}\`). Each of the ${count(report)} links was cut alone, before the softmax, so that the rest of the row takes over. An effect is the
change of the prediction that the link reaches: ${tasks.map((task) => `${task}, ${measure(report, task)}`).join('; ')}. It says
nothing about whether the change is for the better; the last section does. All of it holds for this model, these rooms and this
kind of cut, and for nothing else.

    node scripts/findings.mjs FOLDER        # measures all of this again and writes this page

## Between tasks

![Mean attention above the effect of cutting each link, one matrix per scale](findings/tasks.svg)

${between(report)}

| task | link with the largest effect | effect, mean ± sd over rooms | its attention, and rank of ${report.rankCorrelation.links} | link with the most attention | its effect, and rank |
|---|---|---|---|---|---|
${tasks.map((task) => strongest(report, task)).join('\n')}

![Photo, prediction, prediction with one link cut, and where it changed; a row per task](findings/examples.png)

The links of the first column, each on the room where its cut does most. Every row: the photo, the prediction, the prediction with the link cut, and where it changed.

${examples.map((one, at) => `${at + 1}. Room ${one.sample}, ${one.link.source} → ${one.link.target} at 1/${scales[one.link.scale].stride} cut: ${value(report, one.task, one.effect)}${one.task === 'semseg' || one.task === 'human_parts' ? ', changed pixels in the colour of their new class' : `, the brightest ${value(report, one.task, one.range)}`}.`).join('\n')}

## Does attention tell the effect?

![Effect over mean attention, one panel per task](findings/tasks-scatter.svg)

Spearman's rank correlation of mean attention and mean effect over links from elsewhere (1: the same order, 0: none). Over links of all
tasks, effects are divided by the task's largest one.${report.contributionRankCorrelation ? ' Contribution weighs attention by the norm of what came through (Kobayashi et al. 2020).' : ''}

| links | ${tasks.join(' | ')} | all | all, single rooms: median (5 % to 95 %) |
|---|${tasks.map(() => '---').join('|')}|---|---|
${correlationRows(report)}

## Where attention and effect disagree

${disagreements(report)}
${scales.length > 1 ? betweenScales(report) : ''}
## What the exchange is good for

Saved lists of interventions were replayed: every link between tasks cut (\`findings/tasks-apart.json\`)${scales.length > 1 ? ', every link between scales cut (`findings/scales-apart.json`)' : ''}.
The figures are strict ones against the labels of ${replays[0].found.samples} of these rooms. The model was trained with the exchange: what another model would reach that never had it
is a different question.

${replayTable(replays, tasks)}

The numbers behind the drawings: [links.csv](findings/links.csv).
`
}

function count({ tasks, scales }) {
  const [T, S] = [tasks.length, scales.length]
  return T * T * S + (S > 1 ? T * S * S : 0)
}

function measure({ metric }, task) {
  const { name, unit } = metric[task]
  return unit ? `${name} (${unit})` : name
}

/** Links from elsewhere that reach a task through one of the two steps. */
function linksOf({ tasks, scales, ...report }, axis, task) {
  const at = tasks.indexOf(task)
  const links = []
  if (axis === 'task')
    tasks.forEach((source, from) =>
      scales.forEach((_, scale) => {
        if (from !== at)
          links.push({
            name: `${source} → ${task} at 1/${scales[scale].stride}`,
            attention: report.attention[at][from][scale],
            effect: report.effectSpread[at][from][scale],
          })
      }),
    )
  else
    scales.forEach((_, target) =>
      scales.forEach((__, source) => {
        if (source !== target)
          links.push({
            name: `${task}: 1/${scales[source].stride} → 1/${scales[target].stride}`,
            attention: report.scaleAttention[at][target][source],
            effect: report.scaleEffectSpread[at][target][source],
          })
      }),
    )
  return links
}

function rankOf(links, pick, link) {
  return 1 + links.filter((other) => pick(other) > pick(link)).length
}

function strongest(report, task) {
  const links = linksOf(report, 'task', task)
  const [byEffect, byAttention] = [(link) => link.effect.mean, (link) => link.attention]
  const top = links.reduce((a, b) => (byEffect(b) > byEffect(a) ? b : a))
  const seen = links.reduce((a, b) => (byAttention(b) > byAttention(a) ? b : a))
  return `| ${task} | ${top.name} | ${value(report, task, top.effect.mean)} ± ${number(top.effect.std)} | ${top.attention.toFixed(3)}, ${ordinal(rankOf(links, byAttention, top))} | ${seen.name} (${seen.attention.toFixed(3)}) | ${value(report, task, seen.effect.mean)}, ${ordinal(rankOf(links, byEffect, seen))} |`
}

function between(report) {
  const { tasks, scales, attention, effect } = report
  const other = tasks.map((_, target) =>
    mean(scales.map((__, scale) => 1 - attention[target][target][scale])),
  )
  const even = 1 - 1 / tasks.length
  const shares = tasks.map((task, at) => `${task} ${percent(other[at])}`).join(', ')
  const reads = tasks.map((task, target) => {
    const sums = tasks.map((_, source) => sum(effect[target][source]))
    const best = sums.reduce((top, one, at) => (at !== target && (top < 0 || one > sums[top]) ? at : top), -1)
    const where = scales
      .map(({ stride }, scale) => ({
        stride,
        effect: sum(tasks.map((_, source) => (source === target ? 0 : effect[target][source][scale]))),
      }))
      .sort((a, b) => b.effect - a.effect)[0]
    const all = sum(tasks.map((_, source) => (source === target ? 0 : sums[source])))
    return `- **${task}**: summed over scales, the cuts from ${tasks[best]} change it most (${percent(sums[best] / all)} of the sum over links from other tasks); ${scales.length > 1 ? `the scale at which cuts change it most is 1/${where.stride} (${percent(where.effect / all)} of the sum).` : ''}`
  })
  return `A task's queries give this part of their attention to other tasks, mean over scales: ${shares}. Even reading would be ${percent(even)}.

${reads.join('\n')}`
}

function betweenScales(report) {
  const { tasks, scales, scaleEffect } = report
  const rows = tasks.map((task, at) => {
    const sources = scales.map(({ stride }, source) => ({
      stride,
      effect: sum(scales.map((_, target) => (target === source ? 0 : scaleEffect[at][target][source]))),
    }))
    const all = sum(sources.map(({ effect }) => effect))
    const [top] = [...sources].sort((a, b) => b.effect - a.effect)
    return `- **${task}**: cutting what is read from 1/${top.stride} changes it most, ${percent(top.effect / all)} of the sum over all scales; an even part would be ${percent(1 / scales.length)}.`
  })
  return `
## Between scales

![Mean attention above the effect of cutting each link between scales, one matrix per task](findings/scales.svg)

${rows.join('\n')}

![Effect over mean attention between scales, one panel per task](findings/scales-scatter.svg)
`
}

function correlationRows(report) {
  const { tasks } = report
  const rows = [
    ['attention, between tasks', report.rankCorrelation],
    ['attention, between scales', report.scaleRankCorrelation],
    ['contribution, between tasks', report.contributionRankCorrelation],
    ['contribution, between scales', report.scaleContributionRankCorrelation],
  ].filter(([, found]) => found)
  return rows
    .map(([name, found]) => `| ${name}, ${found.links} per task | ${correlations(found, tasks)} |`)
    .join('\n')
}

function correlations({ all, byTask, perSample }, tasks) {
  const spread = perSample
    ? `${perSample.q50.toFixed(2)} (${perSample.q05.toFixed(2)} to ${perSample.q95.toFixed(2)})`
    : 'none'
  return [...tasks.map((task) => rho(byTask[task])), rho(all), spread].join(' | ')
}

function disagreements(report) {
  const { disagreements: found, scales, tasks } = report
  if (found.length === 0) return 'No link lies half of its list apart by attention and by effect.'
  const text = ({ link }) =>
    link.axis === 'task'
      ? `${link.source} → ${link.target} at 1/${scales[link.scale].stride}`
      : `${link.task}: 1/${scales[link.source].stride} → 1/${scales[link.target].stride}`
  const kinds = ['attention without effect', 'effect without attention']
  const counts = kinds.map((kind) => found.filter((one) => one.kind === kind).length)
  const all = tasks.length * (report.rankCorrelation.links + (report.scaleRankCorrelation?.links ?? 0))
  const rows = kinds.flatMap((kind) => found.filter((one) => one.kind === kind).slice(0, 6))
  return `${found.length} of ${all} links stand at least half of their task's list apart by attention and by effect: ${counts[0]} with much attention and little
effect, ${counts[1]} with much effect and little attention. The furthest of each kind (places from 0, the smallest, to 1, the largest):

| link | kind | attention | place | effect | place |
|---|---|---|---|---|---|
${rows.map((one) => `| ${text(one)} | ${one.kind} | ${one.attention.toFixed(3)} | ${one.attentionPlace.toFixed(2)} | ${value(report, one.link.axis === 'task' ? one.link.target : one.link.task, one.effect)} | ${one.effectPlace.toFixed(2)} |`).join('\n')}
`
}

function replayTable(replays, tasks) {
  const HEADLINE = {
    semseg: 'mIoU',
    depth: 'rmse',
    normals: 'mean',
    edge: 'odsF',
    sal: 'maxF',
    human_parts: 'mIoU',
  }
  const UNIT = { semseg: ' %', depth: ' m', normals: ' °', edge: ' %', sal: ' %', human_parts: ' %' }
  const figureOf = (found, task) => {
    const entry = found.tasks.find((one) => one.task === task)
    return entry?.figures.find(({ figure }) => figure === HEADLINE[task])
  }
  const cell = (found, task) => {
    const figure = figureOf(found, task)
    if (!figure || figure.after === null) return '–'
    const change = figure.after - figure.before
    return `${digits(figure.after)} (${change >= 0 ? '+' : ''}${digits(change)})`
  }
  const rows = [
    `| as it is | ${tasks.map((task) => digits(figureOf(replays[0].found, task)?.before ?? null)).join(' | ')} |`,
    ...replays.map(
      ({ name, found }) =>
        `| ${name.replace('-', ' ')} | ${tasks.map((task) => cell(found, task)).join(' | ')} |`,
    ),
  ]
  return `| | ${tasks.map((task) => `${task}, ${HEADLINE[task]}${UNIT[task]}`).join(' | ')} |
|---|${tasks.map(() => '---').join('|')}|
${rows.join('\n')}`
}

function value({ metric }, task, amount) {
  const { unit } = metric[task]
  return unit ? `${number(amount)}${unit === '°' ? '' : ' '}${unit}` : number(amount)
}
function number(amount) {
  return amount === 0 ? '0' : Number(amount.toPrecision(2)).toString()
}
function digits(amount) {
  if (amount === null) return '–'
  return Math.abs(amount) < 1 ? amount.toFixed(4) : amount.toFixed(2)
}
function percent(part) {
  return `${(100 * part).toFixed(0)} %`
}
function rho(amount) {
  return amount === null || amount === undefined ? 'none' : amount.toFixed(2)
}
function ordinal(place) {
  return `${place}.`
}
function sum(values) {
  return values.reduce((total, one) => total + (one ?? 0), 0)
}
function mean(values) {
  return sum(values) / values.length
}
