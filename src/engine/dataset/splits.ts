import { readdir, stat } from 'node:fs/promises'
import type { SampleProblem } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { isSafeId, isSafeName, readInside, resolveInside } from '../files/safe-path'
import type { Layout } from './layout'
import { newProblem, problemOf, type ProblemLog } from './problems'

type SplitSource = NonNullable<Layout['splits']>
export type Splits = Readonly<Record<string, readonly string[]>>

/** Training and validation first, then by name. */
const ORDER = ['train', 'val', 'test']
/** VOC's list of both; it repeats what train and val hold. */
const UNION = 'trainval.txt'
const PARTS_OF_UNION = ['train.txt', 'val.txt']
/** A longer list is not read; a million ids take about 10 MB. */
const MAX_LIST_BYTES = 32 * 1024 * 1024
/** Names that plain objects give a meaning of their own. */
const RESERVED = ['__proto__', 'constructor', 'prototype']
/** With more folders than this beside each other, they are scenes rather than splits. */
const MAX_FOLDER_SPLITS = 50

export interface Ids {
  readonly splits: Splits
  /** Place of every id in the splits one after the other. */
  readonly indexOf: ReadonlyMap<string, number>
}

/**
 * Reads the id lists, one id a line. An id that could leave the folder or that occurred before becomes a problem and
 * is left out.
 */
export async function readSplits(
  root: string,
  source: SplitSource,
  nested: boolean,
  problems: ProblemLog,
): Promise<Ids> {
  const splits: [string, string[]][] = []
  const indexOf = new Map<string, number>()
  for (const [split, list] of await listsOf(root, source)) {
    const file = typeof list === 'string' ? list : `the list ${split}`
    if (!isSafeName(split) || RESERVED.includes(split)) {
      problems.add(newProblem('', file, 'path_outside_root', `${JSON.stringify(split)} cannot name a split`))
      continue
    }
    const ids: string[] = []
    splits.push([split, ids])
    for (const id of typeof list === 'string' ? await idsIn(root, list, problems) : list) {
      const known = indexOf.get(id)
      if (known !== undefined) problems.add(repeated(id, file, splitAt(splits, known)))
      else if (!isSafeId(id, nested)) problems.add(unsafe(id.slice(0, 100), file))
      else {
        indexOf.set(id, indexOf.size)
        ids.push(id)
      }
    }
  }
  return { splits: Object.fromEntries(splits), indexOf }
}

function splitAt(splits: readonly [string, readonly string[]][], index: number): string {
  let end = 0
  return splits.find(([, ids]) => (end += ids.length) > index)?.[0] ?? ''
}

async function listsOf(root: string, source: SplitSource): Promise<[string, string | readonly string[]][]> {
  if (typeof source !== 'string') return Object.entries(source)
  const names = (await readdir(await resolveInside(root, source))).filter((name) => name.endsWith('.txt'))
  return (
    PARTS_OF_UNION.every((part) => names.includes(part)) ? names.filter((name) => name !== UNION) : names
  )
    .map((name) => name.slice(0, -4))
    .sort(bySplit)
    .map((split) => [split, `${source}/${split}.txt`])
}

/** Splits of a folder without lists: its first-level folders where there are some, else one named `all`. */
export function splitsOfPhotos(photos: Iterable<string>): Ids {
  const sorted = [...photos].sort()
  const firstOf = (id: string): string => (id.includes('/') ? id.slice(0, id.indexOf('/')) : 'all')
  const names = new Set(sorted.map(firstOf))
  const few = names.size <= MAX_FOLDER_SPLITS && !RESERVED.some((name) => names.has(name))
  const splits = new Map(
    (few ? [...names] : ['all']).sort(bySplit).map((name): [string, string[]] => [name, []]),
  )
  for (const id of sorted) splits.get(few ? firstOf(id) : 'all')?.push(id)
  if (splits.size === 0) splits.set('all', [])
  const indexOf = new Map<string, number>()
  for (const ids of splits.values()) for (const id of ids) indexOf.set(id, indexOf.size)
  return { splits: Object.fromEntries(splits), indexOf }
}

function repeated(id: string, file: string, first: string): SampleProblem {
  const message = `${file} lists ${id} again (first in ${first}); the first one counts`
  return newProblem(id, file, 'file_malformed', message)
}

function unsafe(id: string, file: string): SampleProblem {
  const message = `${file} lists ${JSON.stringify(id)}, which is not a plain name; it is left out`
  return newProblem(id, file, 'path_outside_root', message)
}

async function idsIn(root: string, file: string, problems: ProblemLog): Promise<string[]> {
  try {
    const { size } = await stat(await resolveInside(root, file))
    if (size > MAX_LIST_BYTES)
      throw new AppError(
        'file_too_large',
        `${file} has ${size} bytes, the limit is ${MAX_LIST_BYTES}; its samples are left out`,
      )
    const text = new TextDecoder().decode(await readInside(root, file))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  } catch (error) {
    problems.add(problemOf('', file, error))
    return []
  }
}

function bySplit(a: string, b: string): number {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return rank(a) - rank(b) || a.localeCompare(b)
}
