import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { root, SetupError } from './ensure.mjs'

const PACKAGE = 'microsoft.ml.onnxruntime.gpu.linux'
const FEED = 'https://api.nuget.org/v3/index.json'
const FILES = ['shared', 'cuda', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`)
const IN_PACKAGE = 'runtimes/linux-x64/native/'
/** Shared libraries of Linux on x86-64: ELF, 64 bit, little endian; machine 62 at byte 18. */
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])
const X86_64 = 62

/** The installed onnxruntime-node: its version, where its libraries lie, and its own reader of zip files. */
function runtime() {
  const require = createRequire(import.meta.url)
  const manifest = join(dirname(require.resolve('onnxruntime-node')), '../package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies['onnxruntime-node']
  if (version !== pinned)
    throw new SetupError(
      `onnxruntime-node ${version} is installed, ${pinned} is expected. Run \`npm ci\` first.`,
    )
  return {
    version,
    into: join(dirname(manifest), 'bin/napi-v6/linux/x64'),
    AdmZip: createRequire(manifest)('adm-zip'),
  }
}

/**
 * Downloads the package of this very version, compares its size and SHA-512 with the feed's catalogue, and places its
 * three libraries; each appears whole or not at all. Throws SetupError with what to do.
 */
export async function installCuda({
  feed = FEED,
  into,
  platform = `${process.platform}/${process.arch}`,
  say,
}) {
  if (platform !== 'linux/x64')
    throw new SetupError(
      `The CUDA provider of onnxruntime-node is there for linux/x64 only, this is ${platform}. On Windows dml, on macOS coreml needs no installation.`,
    )
  const { version, into: own, AdmZip } = runtime()
  const folder = into ?? own
  const index = await json(feed)
  const base = (type) => {
    const found = index.resources?.find((resource) => resource['@type'] === type)?.['@id']
    if (!found) throw new SetupError(`${feed} is no NuGet v3 feed: it has no ${type}.`)
    return found.replace(/\/$/, '')
  }
  const leaf = await json(`${base('RegistrationsBaseUrl')}/${PACKAGE}/${version}.json`)
  const { packageHash, packageHashAlgorithm, packageSize } =
    typeof leaf.catalogEntry === 'string' ? await json(leaf.catalogEntry) : leaf.catalogEntry
  if (packageHashAlgorithm !== 'SHA512' || typeof packageHash !== 'string')
    throw new SetupError(`${feed} gives no SHA-512 of ${PACKAGE} ${version}; nothing was installed.`)
  const temporary = await mkdtemp(join(tmpdir(), 'mq-studio-cuda-'))
  try {
    const file = join(temporary, 'package.zip')
    const url = `${base('PackageBaseAddress/3.0.0')}/${PACKAGE}/${version}/${PACKAGE}.${version}.nupkg`
    say(`Downloading ${url}`)
    const found = await download(url, file, packageSize, say)
    if (found !== packageHash)
      throw new SetupError(
        `The download has SHA-512 ${found}, the catalogue says ${packageHash}. It is damaged or was exchanged; try again.`,
      )
    const zip = new AdmZip(file)
    const libraries = FILES.map((name) => ({ name, bytes: library(zip, name) }))
    for (const { name, bytes } of libraries) {
      const target = join(folder, name)
      writeFileSync(`${target}.part`, bytes)
      renameSync(`${target}.part`, target)
      say(`Placed ${target} (${bytes.length} bytes)`)
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Deletes the three libraries. */
export function removeCuda(say, into = runtime().into) {
  for (const name of FILES) {
    const path = join(into, name)
    say(existsSync(path) ? `Removed ${path}` : `${path} is not there`)
    rmSync(path, { force: true })
  }
}

/** Makes a session on CUDA in a process of its own, since a wrong driver can end it; says what came of it. */
export async function tryCuda() {
  const model = join(root, 'test/fixtures/single-graph/single.onnx')
  const program = `import { InferenceSession } from 'onnxruntime-node'
    try { await InferenceSession.create(${JSON.stringify(model)}, { executionProviders: ['cuda'] }) }
    catch (error) { process.stderr.write(error.message); process.exitCode = 1 }`
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
  }).then(
    () => 'CUDA runs. The next prediction under auto compares it with the CPU and uses it when it is faster.',
    ({ stderr, signal }) =>
      `The files are in place, but CUDA does not run yet: ${stderr.trim() || signal}. Install the NVIDIA driver, CUDA 12 and cuDNN 9 and see that LD_LIBRARY_PATH names their folders.`,
  )
}

function library(zip, name) {
  const entry = zip.getEntry(IN_PACKAGE + name)
  // The zip's own checksum is compared by getData.
  const bytes = entry?.getData()
  if (!bytes) throw new SetupError(`The package has no ${IN_PACKAGE}${name}; nothing was installed.`)
  if (!bytes.subarray(0, ELF.length).equals(ELF) || bytes.readUInt16LE(18) !== X86_64)
    throw new SetupError(`${name} of the package is no library for Linux on x86-64; nothing was installed.`)
  return bytes
}

async function json(url) {
  const response = await get(url)
  try {
    return await response.json()
  } catch {
    throw new SetupError(`${url} answered with something that is not JSON.`)
  }
}

/** Writes the body to a file; returns its SHA-512 as base64, as NuGet writes it. */
async function download(url, file, size, say) {
  const response = await get(url)
  const hash = createHash('sha512')
  let [done, told] = [0, 0]
  const count = new Transform({
    transform(chunk, _, next) {
      hash.update(chunk)
      done += chunk.length
      if (done - told >= 50e6) say(`  ${Math.round((told = done) / 1e6)} of ${Math.round(size / 1e6)} MB`)
      next(
        done > size ? new SetupError(`${url} is larger than the ${size} bytes of the catalogue.`) : null,
        chunk,
      )
    },
  })
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file)).catch((error) => {
    throw error instanceof SetupError
      ? error
      : new SetupError(`${url} broke off: ${error.message}. Try again.`)
  })
  return hash.digest('base64')
}

async function get(url) {
  const response = await fetch(url).catch((error) => {
    throw new SetupError(
      `${url} cannot be reached (${error.cause?.code ?? error.message}). Check the network or name a mirror: npm run gpu:cuda -- --feed URL`,
    )
  })
  if (!response.ok) throw new SetupError(`${url} answered ${response.status}. Is this version there?`)
  return response
}
