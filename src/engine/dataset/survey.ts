import { opendir } from 'node:fs/promises'

/** Names that are looked at to recognise a folder; a large one is not listed for that. */
const NAMES = 5000

/** How many of a folder's names end with `suffix`, whatever their case; 0 when there is no such folder. */
export async function countNames(root: string, folder: string, suffix: string): Promise<number> {
  let found = 0
  let seen = 0
  try {
    for await (const { name } of await opendir(`${root}/${folder}`, { bufferSize: 1024 })) {
      if (name.toLowerCase().endsWith(suffix)) found++
      if (++seen >= NAMES) break
    }
  } catch {
    return 0
  }
  return found
}
