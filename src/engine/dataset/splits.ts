import { readdir } from 'node:fs/promises'
import type { SampleProblem } from '../../shared/contract'
import { problemFrom } from '../../shared/errors'
import { isSafeId, readInside } from '../files/safe-path'

export interface Splits {
  readonly splits: Readonly<Record<string, readonly string[]>>
  readonly problems: readonly SampleProblem[]
}

/** Training and validation first, then by name. */
const ORDER = ['train', 'val', 'test']

/**
 * Reads the id lists `<folder>/<split>.txt`, one id a line. An id that could leave the folder or that occurred before
 * becomes a problem and is left out.
 */
export async function readSplits(root: string, folder: string): Promise<Splits> {
  const names = (await readdir(`${root}/${folder}`)).filter((name) => name.endsWith('.txt'))
  const splits = new Map<string, string[]>()
  const problems: SampleProblem[] = []
  const splitOf = new Map<string, string>()
  for (const split of names.map((name) => name.slice(0, -4)).sort(bySplit)) {
    const file = `${folder}/${split}.txt`
    const ids: string[] = []
    splits.set(split, ids)
    for (const id of await idsIn(root, file, problems)) {
      const known = splitOf.get(id)
      if (!isSafeId(id))
        problems.push({
          sample: id.slice(0, 100),
          file,
          code: 'path_outside_root',
          message: `${file} lists ${JSON.stringify(id.slice(0, 100))}, which is not a plain name; it is left out`,
        })
      else if (known !== undefined)
        problems.push({
          sample: id,
          file,
          code: 'file_malformed',
          message: `${file} lists ${id} again (first in ${known}); the first one counts`,
        })
      else {
        splitOf.set(id, split)
        ids.push(id)
      }
    }
  }
  return { splits: Object.fromEntries(splits), problems }
}

async function idsIn(root: string, file: string, problems: SampleProblem[]): Promise<string[]> {
  try {
    const text = new TextDecoder().decode(await readInside(root, file))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  } catch (error) {
    const { code, message } = problemFrom(error)
    problems.push({ sample: '', file, code, message })
    return []
  }
}

function bySplit(a: string, b: string): number {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return rank(a) - rank(b) || a.localeCompare(b)
}
