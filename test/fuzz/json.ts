import { readFile } from 'node:fs/promises'
import { parseDatasetJson } from '../../src/engine/dataset/generic-file'
import { layoutOf } from '../../src/engine/dataset/generic'
import { parseCard } from '../../src/engine/predictions/bundle'
import { checkCard } from '../../src/engine/predictions/card-check'
import { AppError } from '../../src/shared/errors'
import { mutate, pick, type Random } from './mutate'

const DATASET = {
  images: { dir: 'frames', ext: ['png', 'jpg'] },
  tasks: [
    { id: 'semseg', type: 'seg', dir: 'classes', ext: 'png', classes: ['wall', 'floor'], ignore: 255 },
    { id: 'depth', type: 'depth', dir: 'mm', ext: 'png', encoding: { scale: 0.001, offset: 0, unit: 'm' } },
  ],
  splits: { train: 'lists/train.txt', val: ['a', 'b'] },
}

async function corpus(): Promise<Uint8Array[]> {
  const cards = ['single-graph', 'tiny-bundle'].map((name) =>
    readFile(new URL(`../fixtures/${name}/model.json`, import.meta.url)),
  )
  const compact = (await Promise.all(cards)).map((bytes) => JSON.stringify(JSON.parse(bytes.toString())))
  return [...compact, JSON.stringify(DATASET)].map((text) => new TextEncoder().encode(text))
}

/** The bundle card `model.json` and `dataset.json`. */
export const json = {
  corpus,
  next: (files: readonly Uint8Array[], random: Random): Uint8Array =>
    mutate(pick(random, files), files, random),
  read(bytes: Uint8Array): Promise<void> {
    try {
      checkCard(parseCard(bytes))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      layoutOf(parseDatasetJson(parsed(bytes)))
    }
    return Promise.resolve()
  },
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new AppError('file_malformed', 'not JSON', undefined, { cause })
  }
}
