import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isMissing } from '../files/errno'

export const PROJECT_FOLDER = '.mq-studio'

export interface ProjectLocation {
  readonly path: string
  readonly insideDataset: boolean
}

/** Beside the data when the folder can be written, else in the user's data folder under a hash of the root. Creates nothing. */
export async function projectLocation(root: string): Promise<ProjectLocation> {
  const inside = join(root, PROJECT_FOLDER)
  if ((await isWritable(inside)) ?? (await isWritable(root))) return { path: inside, insideDataset: true }
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 16)
  return { path: join(userDataFolder(), 'projects', hash), insideDataset: false }
}

/** Where this user's studio data lives; MQ_STUDIO_DATA overrides it. */
export function userDataFolder(): string {
  const { MQ_STUDIO_DATA, XDG_DATA_HOME, LOCALAPPDATA } = process.env
  if (MQ_STUDIO_DATA) return MQ_STUDIO_DATA
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'mq-studio')
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'mq-studio')
  return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'mq-studio')
}

/** Null when there is no such folder. */
async function isWritable(path: string): Promise<boolean | null> {
  try {
    await access(path, constants.W_OK)
    return true
  } catch (error) {
    return isMissing(error) ? null : false
  }
}
