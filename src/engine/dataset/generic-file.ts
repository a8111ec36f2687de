import { stat } from 'node:fs/promises'
import * as v from 'valibot'
import { datasetJsonSchema, type DatasetJson } from '../../shared/dataset-json'
import { AppError } from '../../shared/errors'
import { readInside, resolveInside } from '../files/safe-path'

export const DATASET_FILE = 'dataset.json'
const MAX_BYTES = 32 * 1024 * 1024
/** Keys that change an object instead of being in it. */
const RESERVED = ['__proto__', 'constructor', 'prototype']

/**
 * The parsed content of `dataset.json`; null when there is none. Throws `file_malformed` saying where it is wrong,
 * `file_too_large`, `path_outside_root`.
 */
export async function readDatasetFile(root: string): Promise<DatasetJson | null> {
  const json = await readJson(root)
  return json === null ? null : parseDatasetJson(json)
}

/** True when the file says what a `dataset.json` says, right or wrong: other programs have files of that name. */
export async function hasDatasetFile(root: string): Promise<boolean> {
  const json = await readJson(root)
  return typeof json === 'object' && json !== null && 'tasks' in json && 'images' in json
}

/** Throws `file_malformed` with the path of the first wrong value. */
export function parseDatasetJson(json: unknown): DatasetJson {
  const result = v.safeParse(datasetJsonSchema, json)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new AppError(
    'file_malformed',
    `${DATASET_FILE} is wrong at ${v.getDotPath(issue) ?? 'its top'}: ${issue.message.slice(0, 300)}`,
  )
}

async function readJson(root: string): Promise<unknown> {
  const path = await resolveInside(root, DATASET_FILE).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'file_missing') return null
    throw error
  })
  if (path === null) return null
  const { size } = await stat(path)
  if (size > MAX_BYTES)
    throw new AppError('file_too_large', `${DATASET_FILE} has ${size} bytes, the limit is ${MAX_BYTES}`)
  const text = new TextDecoder().decode(await readInside(root, DATASET_FILE))
  let reserved = ''
  try {
    const json: unknown = JSON.parse(text, (key, value: unknown) => {
      if (RESERVED.includes(key)) reserved = key
      return value
    })
    if (reserved === '') return json
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : ''
    throw new AppError('file_malformed', `${DATASET_FILE} is not JSON: ${reason}`, undefined, { cause })
  }
  throw new AppError('file_malformed', `${DATASET_FILE} uses the key ${reserved}, which is not allowed`)
}
