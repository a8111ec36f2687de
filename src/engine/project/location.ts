import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { writeFailed } from '../files/atomic-write'
import { isMissing } from '../files/errno'

export const PROJECT_FOLDER = '.mq-studio'
export const MANIFEST_FILE = 'project.json'
export const LOCK_FILE = 'lock'

export interface ProjectLocation {
  readonly path: string
  readonly insideDataset: boolean
  /** False for corrections that came with a read-only folder: the first edit copies them to the user's data folder. */
  readonly writable: boolean
  /** Another folder with corrections of this data set, older than those in `path` and not used. */
  readonly ignored: string | null
}

/**
 * Where corrections are: beside the data when the folder can be written, else in the user's data folder under a hash of
 * the root. Where both exist (a folder may become writable, or come with corrections) those edited last count. Creates nothing.
 */
export async function projectLocation(root: string): Promise<ProjectLocation> {
  const inside = join(root, PROJECT_FOLDER)
  const user = userProject(root)
  const writable = (await isWritable(inside)) ?? (await isWritable(root)) ?? false
  const [insideTime, userTime] = [await editedAt(inside), await editedAt(user)]
  const ignored = (other: string): string | null => (insideTime !== null && userTime !== null ? other : null)
  const useInside = insideTime === null ? userTime === null && writable : insideTime >= (userTime ?? 0)
  return useInside
    ? { path: inside, insideDataset: true, writable, ignored: ignored(user) }
    : { path: user, insideDataset: false, writable: true, ignored: ignored(inside) }
}

/** Copies corrections that cannot be written to the user's data folder. Throws `write_failed`; nothing is left then. */
export async function copyToUser(root: string, from: ProjectLocation): Promise<ProjectLocation> {
  const path = userProject(root)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await cp(from.path, temporary, { recursive: true, filter: (source) => basename(source) !== LOCK_FILE })
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true })
    throw writeFailed(path, cause)
  }
  return { path, insideDataset: false, writable: true, ignored: from.path }
}

function userProject(root: string): string {
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 16)
  return join(userDataFolder(), 'projects', hash)
}

/** When a project was opened for editing last; null when there is none. */
async function editedAt(project: string): Promise<number | null> {
  return stat(join(project, MANIFEST_FILE)).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )
}

/** Where this user's studio data lives; MQ_STUDIO_DATA overrides it. */
function userDataFolder(): string {
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
