import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readPhotoFile } from '../../engine/codecs/photo'
import { openBundle } from '../../engine/predictions/bundle'
import type { Intervention } from '../../shared/lab/intervention'
import type { LabAsk } from '../../shared/lab/protocol'
import { Encoder } from '../encoder'
import { Model } from '../model'
import { Lab } from './lab'

const FIXTURES = resolve(import.meta.dirname, '../../../test/fixtures')
const entry = { id: 'cut', name: '', enabled: true, head: null, factor: 0, mode: 'renormalise' as const }
const CUT: Intervention = { kind: 'taskLink', ...entry, scale: null, source: 'depth', target: 'semseg' }

it.each(['tiny-bundle', 'tiny-released'])('keeps the attention of one image only: %s', async (folder) => {
  const bundle = await openBundle(join(FIXTURES, folder))
  const lab = new Lab(new Encoder(new Model({ ...bundle, provider: 'cpu' })))
  const photo = await readPhotoFile(join(FIXTURES, folder, 'oracle/small.png'), 'small')
  const ask = (key: string, question: LabAsk, interventions: Intervention[] = []): Promise<unknown> =>
    lab.answer({ kind: 'lab', image: { key, ...photo }, interventions, queries: [], ask: question })
  const look = async (key: string, interventions: Intervention[]): Promise<number> => {
    for (const { id: task } of bundle.card.tasks)
      await ask(
        key,
        { kind: 'trace', weighting: 'contribution', head: null, task, x: 3, y: 4 },
        interventions,
      )
    return lab.attentionBytes
  }
  expect(lab.attentionBytes).toBe(0)
  const plain = await look('first', [])
  expect(plain).toBeGreaterThan(0)
  // A cut adds the attention of the only decoder it reaches; cutting again replaces it.
  const cut = await look('first', [CUT])
  expect(cut - plain).toBeGreaterThan(0)
  expect(cut - plain).toBeLessThan(plain / 2)
  expect(await look('first', [{ ...CUT, factor: 0.5 }])).toBe(cut)

  // Another image takes its place.
  expect(await look('second', [])).toBe(plain)
  lab.leaveFor('second')
  expect(lab.attentionBytes).toBe(plain)
  lab.leaveFor('third')
  expect(lab.attentionBytes).toBe(0)

  const kept = await look('second', [CUT])
  await ask('first', { kind: 'close' })
  expect(lab.attentionBytes).toBe(kept)
  await ask('second', { kind: 'close' })
  expect(lab.attentionBytes).toBe(0)
})

it.each(['tiny-bundle', 'tiny-released'])('counts all that it keeps: %s', async (folder) => {
  const bundle = await openBundle(join(FIXTURES, folder))
  const { tasks, scales, queries, heads } = bundle.card
  const model = new Model({ ...bundle, provider: 'cpu' })
  const lab = new Lab(new Encoder(model))
  const photo = await readPhotoFile(join(FIXTURES, folder, 'oracle/small.png'), 'small')
  const added = async (question: LabAsk, interventions: Intervention[] = []): Promise<number> => {
    const before = lab.attentionBytes
    const image = { key: 'first', ...photo }
    await lab.answer({ kind: 'lab', image, interventions, queries: [], ask: question })
    return lab.attentionBytes - before
  }
  const steps = [
    { outer: scales.length, tokens: tasks.length * queries },
    ...(scales.length > 1 ? [{ outer: tasks.length, tokens: scales.length * queries }] : []),
  ]
  const floats = (of: (step: (typeof steps)[number]) => number): number =>
    4 * steps.reduce((sum, step) => sum + of(step), 0)
  const shares = floats(({ outer, tokens }) => outer * tokens * (tokens + 1))
  const nothing: LabAsk = { kind: 'maps', tasks: [] }
  const view = { weighting: 'contribution', head: null } as const

  await added(nothing)
  expect(await added({ kind: 'matrix', ...view, of: { level: 'task' }, region: null })).toBe(shares)
  // The steps of another run: their weights, and the inner products and norms of their tokens.
  expect(await added(nothing, [CUT])).toBe(
    floats(({ outer, tokens }) => outer * tokens * (heads * tokens + heads * heads + 1)),
  )
  // A decoder: its weights in 16 bits with a float for each row, and what goes with them.
  const decoder = model.graph('decoder_semseg').outputs.reduce((sum, { role, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1)
    if (role === 'decoder_attention') return sum + 2 * size + (4 * size) / queries
    return role === 'decoder_gram' || role === 'decoder_coarser' ? sum + 4 * size : sum
  }, 0)
  expect(await added({ kind: 'maps', tasks: ['semseg'] }, [CUT])).toBe(decoder)
})
