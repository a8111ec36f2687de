import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, cpus, platform, release } from 'node:os'
import { dirname, join } from 'node:path'

/** Settings of the environment that choose devices or drivers. */
const SETTINGS = ['CUDA_VISIBLE_DEVICES', 'VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'LD_LIBRARY_PATH']

/**
 * A hash of what a provider's speed and numbers depend on: processor, operating system, graphics drivers as far as they
 * can be told without a library (NVIDIA's version, Vulkan's driver list, Windows' driver store), and onnxruntime's files.
 */
export async function machineFingerprint(): Promise<string> {
  const facts = [
    platform(),
    arch(),
    release(),
    cpus().map(({ model }) => model),
    SETTINGS.map((name) => process.env[name] ?? null),
    await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => null),
    await listing('/usr/share/vulkan/icd.d'),
    await listing('/etc/vulkan/icd.d'),
    platform() === 'win32'
      ? await changed(join(process.env.SystemRoot ?? 'C:\\Windows', 'System32\\DriverStore\\FileRepository'))
      : null,
    await runtimeFiles(),
  ]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

async function runtimeFiles(): Promise<string[]> {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node')
  return listing(join(dirname(entry), '../bin/napi-v6', platform(), arch()))
}

/** Names, sizes and times of a folder's files; empty when there is no such folder. */
async function listing(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).sort()
  return Promise.all(names.map(async (name) => `${name} ${await changed(join(folder, name))}`))
}

async function changed(path: string): Promise<string | null> {
  return stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => null,
  )
}
