import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { cardSchema, type Card } from '../../shared/card'
import { graphsOf } from '../../shared/card-graphs'
import type { ModelInfo } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { labCapabilities } from '../../shared/lab/capability'
import { checkGraph } from '../../shared/onnx/check-graph'
import { checkListed, readListed } from './bundle-files'
import { checkCard } from './card-check'

/** A bundle whose card and files were checked against each other. */
export interface Bundle {
  /** Absolute real path. */
  readonly directory: string
  /** SHA-256 of the card, which holds every file's SHA-256: equal hashes give equal predictions. */
  readonly hash: string
  readonly card: Card
}

const CARD = 'model.json'
const MAX_CARD_BYTES = 16 * 1024 * 1024

/**
 * Opens a bundle folder: parses and checks the card, then every file it lists (inside the folder, byte count, SHA-256)
 * and every graph's own declarations, before any runtime sees them. The child compares the SHA-256 again with the bytes
 * it loads. Throws `bundle_invalid` and `bundle_hash_mismatch`, naming the file and both values.
 */
export async function openBundle(folder: string): Promise<Bundle> {
  const directory = await realpath(resolve(folder)).catch((cause: unknown) => {
    throw new AppError(
      'bundle_invalid',
      `${folder} does not exist; choose a model bundle folder`,
      undefined,
      {
        cause,
      },
    )
  })
  const bytes = await readCard(directory)
  const card = parseCard(bytes)
  checkCard(card)
  for (const graph of graphsOf(card).values()) {
    checkGraph(graph, await readListed(directory, graph))
    for (const data of graph.data ?? []) await checkListed(directory, data)
  }
  return { directory, hash: createHash('sha256').update(bytes).digest('hex'), card }
}

/** What clients are told of a bundle. */
export function modelInfoOf({ directory, hash, card }: Bundle): ModelInfo {
  const { name, variant, description, licence, scales, queries, heads } = card
  const tasks = card.tasks.map(({ id, classes, palette }) => ({ id, classes, palette }))
  return {
    path: directory,
    hash,
    name,
    variant,
    description,
    licence,
    tasks,
    scales,
    queries,
    heads,
    lab: labCapabilities(card),
  }
}

async function readCard(directory: string): Promise<Uint8Array> {
  const path = join(directory, CARD)
  const info = await stat(path).catch(() => null)
  if (!info?.isFile())
    throw new AppError(
      'bundle_invalid',
      `${directory} has no ${CARD}; choose a folder exported as a model bundle`,
    )
  if (info.size > MAX_CARD_BYTES)
    throw new AppError('bundle_invalid', `${path} has ${info.size} bytes, a card at most ${MAX_CARD_BYTES}`)
  return readFile(path)
}

/** The content of `model.json`. Throws `bundle_invalid` naming the first wrong value. */
export function parseCard(bytes: Uint8Array): Card {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new AppError(
      'bundle_invalid',
      `${CARD} is not JSON: ${cause instanceof Error ? cause.message : ''}`,
    )
  }
  const parsed = v.safeParse(cardSchema, json)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const where = v.getDotPath(issue) ?? 'the card'
  throw new AppError('bundle_invalid', `${CARD}: ${where}: ${issue.message}; export the bundle again`)
}
