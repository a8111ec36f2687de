// Measures what docs/findings.md says and writes that page, its drawings and its tables anew:
//   node scripts/findings.mjs FOLDER [--model B] [--rooms N] [--replays N]
// FOLDER is a data set of held-out rooms, e.g. made by
//   npx tsx model/rooms/generate.ts --out held-out --split val --height 213 --width 280 --seed 303 --count 200
// --rooms and --replays limit how many rooms are measured, and how many of them the last section measures (boundaries
// take long). A stopped run goes on.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './ensure.mjs'
import { findingsPage } from './findings-page.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: join(root, 'resources/models/rooms-mqs') },
    rooms: { type: 'string' },
    replays: { type: 'string' },
  },
})
const [folder] = positionals
if (!folder) {
  process.stderr.write('usage: node scripts/findings.mjs FOLDER [--model B] [--rooms N] [--replays N]\n')
  process.exit(2)
}

const docs = join(root, 'docs/findings')
const work = mkdtempSync(join(tmpdir(), 'mq-findings-'))
mkdirSync(docs, { recursive: true })
try {
  const card = readJson(join(values.model, 'model.json'))
  const rooms = values.rooms === undefined ? [] : ['--ids', firstIds(Number(values.rooms)).join(',')]
  influence([...rooms, '--out', join(work, 'influence')])
  const report = readJson(join(work, 'influence/influence.json'))
  const drawings = ['tasks.svg', 'tasks-scatter.svg', 'scales.svg', 'scales-scatter.svg']
  for (const name of [...drawings, 'links.csv', 'examples.png'])
    copyFileSync(join(work, 'influence', name), join(docs, name))
  const ids = report.perSample.map(({ sample }) => sample).slice(0, Number(values.replays ?? Infinity))
  const replays = Object.entries(apart(report)).map(([name, list]) => {
    const file = join(docs, `${name}.json`)
    const saved = { kind: 'mq-studio interventions', version: 1, model: card.name, interventions: list }
    writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`)
    influence(['--interventions', file, '--ids', ids.join(','), '--out', join(work, name)])
    return { name, found: readJson(join(work, name, 'replay.json')) }
  })
  writeFileSync(
    join(root, 'docs/findings.md'),
    findingsPage(card, report, readJson(join(work, 'influence/examples.json')), replays),
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}

function influence(options) {
  const program = join(root, 'bin/mq-studio.js')
  const args = [program, 'influence', folder, '--model', values.model, ...options]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Names of the first photos, which are their ids. */
function firstIds(count) {
  const names = readdirSync(join(folder, 'images')).sort()
  return names.slice(0, count).map((name) => name.replace(/\.[^.]+$/, ''))
}

/** Lists that take the tasks, or the scales, apart: every link from elsewhere is cut. */
function apart({ tasks, scales }) {
  const entry = (id, name) => ({ id, name, enabled: true, head: null, factor: 0, mode: 'renormalise' })
  const pairs = (items) => items.flatMap((a) => items.filter((b) => b !== a).map((b) => [a, b]))
  const strides = scales.map((_, index) => index)
  return {
    'tasks-apart': pairs(tasks).map(([target, source], at) => ({
      kind: 'taskLink',
      ...entry(`task-${at}`, `${source} to ${target}`),
      scale: null,
      source,
      target,
    })),
    ...(scales.length > 1 && {
      'scales-apart': pairs(strides).map(([target, source], at) => ({
        kind: 'scaleLink',
        ...entry(`scale-${at}`, `1/${scales[source].stride} to 1/${scales[target].stride}`),
        task: null,
        source,
        target,
      })),
    }),
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
