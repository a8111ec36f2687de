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
