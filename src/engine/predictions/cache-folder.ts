import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where results that can be computed again are kept: `MQ_STUDIO_CACHE`, else the platform's cache folder. */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.MQ_STUDIO_CACHE) return env.MQ_STUDIO_CACHE
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'mq-studio')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'mq-studio')
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mq-studio')
}
