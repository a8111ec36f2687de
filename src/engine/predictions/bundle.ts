import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { cardSchema, type Card, type CardGraph } from '../../shared/card'
import { graphsOf } from '../../shared/card-graphs'
import type { ModelInfo } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { labCapabilities } from '../../shared/lab/capability'
import { isInside } from '../files/safe-path'
import { checkCard } from './card-check'
import { hasExternalData } from './onnx-external'

/** A bundle whose card and files were checked against each other. */
export interface Bundle {
  /** Absolute real path. */
  readonly directory: string
  /** SHA-256 over the card's bytes and every graph's SHA-256: equal hashes give equal predictions. */
  readonly hash: string
  readonly card: Card
}

const CARD = 'model.json'
const MAX_CARD_BYTES = 16 * 1024 * 1024
/** Protobuf's own limit. */
const MAX_GRAPH_BYTES = 2 ** 31 - 1

/**
 * Opens a bundle folder: parses and checks the card, then every graph file (inside the folder, byte count, SHA-256,
 * no external data). Throws `bundle_invalid` and `bundle_hash_mismatch`, naming the file and both values.
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
  const hash = createHash('sha256').update(bytes)
  for (const graph of graphsOf(card).values()) hash.update(await checkFile(directory, graph))
  return { directory, hash: hash.digest('hex'), card }
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

/** Checks one graph file; returns its SHA-256. */
async function checkFile(directory: string, { file, sha256, bytes }: CardGraph): Promise<string> {
  const wanted = resolve(directory, file)
  const real = isInside(directory, wanted) ? await realpath(wanted).catch(() => null) : wanted
  if (real === null) throw new AppError('bundle_invalid', `${file} is missing from ${directory}`)
  if (!isInside(directory, real))
    throw new AppError(
      'bundle_invalid',
      `${file} lies outside the bundle, at ${real}; copy it into the bundle`,
    )
  const info = await stat(real)
  if (!info.isFile()) throw new AppError('bundle_invalid', `${file} is not a file`)
  if (info.size > MAX_GRAPH_BYTES)
    throw new AppError(
      'bundle_invalid',
      `${file} has ${info.size} bytes, an ONNX file at most ${MAX_GRAPH_BYTES}`,
    )
  if (info.size !== bytes) throw mismatch(file, `${info.size} bytes`, `${bytes}`)
  const content = await readFile(real)
  const found = createHash('sha256').update(content).digest('hex')
  if (found !== sha256) throw mismatch(file, `SHA-256 ${found}`, sha256)
  if (hasExternalData(content))
    throw new AppError(
      'bundle_invalid',
      `${file} keeps weights in other files; export it with all weights inside, so that its hash covers them`,
    )
  return found
}

function mismatch(file: string, found: string, expected: string): AppError {
  return new AppError(
    'bundle_hash_mismatch',
    `${file} has ${found}, ${CARD} says ${expected}; the file was changed or damaged, copy the bundle again`,
    { file, found, expected },
  )
}
