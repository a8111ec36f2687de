import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** The installer against a NuGet feed of our own. */
interface Installer {
  readonly installCuda: (options: {
    feed: string
    into: string
    platform?: string
    say: (line: string) => void
  }) => Promise<void>
  readonly removeCuda: (say: (line: string) => void, into: string) => void
}
interface Zip {
  addFile(name: string, bytes: Buffer): void
  toBuffer(): Buffer
}
const { installCuda, removeCuda } = (await import(
  pathToFileURL(resolve(import.meta.dirname, '../scripts/cuda.mjs')).href
)) as Installer
const onnxruntime = createRequire(createRequire(import.meta.url).resolve('onnxruntime-node'))
const AdmZip = onnxruntime('adm-zip') as new () => Zip
const { version } = onnxruntime('../package.json') as { version: string }

const ID = 'microsoft.ml.onnxruntime.gpu.linux'
const FILES = ['cuda', 'shared', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`)
/** The start of a shared library for x86-64, or for another machine. */
function library(machine = 62): Buffer {
  const bytes = Buffer.alloc(64, 7)
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(bytes)
  bytes.writeUInt16LE(machine, 18)
  return bytes
}
function packed(names = FILES, content = library()): Buffer {
  const zip = new AdmZip()
  for (const name of names) zip.addFile(`runtimes/linux-x64/native/${name}`, content)
  return zip.toBuffer()
}

let into: string
let server: Server
let feed: string
let nupkg: Buffer
let hash: string | null
beforeEach(async () => {
  into = await mkdtemp(join(tmpdir(), 'mq-cuda-'))
  nupkg = packed()
  hash = null
  server = createServer((request, response) => {
    const at = `http://${request.headers.host}`
    const answers: Record<string, unknown> = {
      '/index.json': {
        resources: [
          { '@type': 'RegistrationsBaseUrl', '@id': `${at}/registration/` },
          { '@type': 'PackageBaseAddress/3.0.0', '@id': `${at}/flat/` },
        ],
      },
      [`/registration/${ID}/${version}.json`]: { catalogEntry: `${at}/catalog.json` },
      '/catalog.json': {
        packageHashAlgorithm: 'SHA512',
        packageHash: hash ?? createHash('sha512').update(nupkg).digest('base64'),
        packageSize: nupkg.length,
      },
    }
    if (request.url === `/flat/${ID}/${version}/${ID}.${version}.nupkg`) response.end(nupkg)
    else if (request.url && request.url in answers) response.end(JSON.stringify(answers[request.url]))
    else response.writeHead(404).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  feed = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/index.json`
})
afterEach(async () => {
  await new Promise((closed) => server.close(closed))
  await rm(into, { recursive: true, force: true })
})
const install = (options: { platform?: string; feed?: string } = {}): Promise<void> =>
  installCuda({ feed, into, platform: 'linux/x64', say: () => undefined, ...options })

describe('npm run gpu:cuda', () => {
  it('places the three libraries of the installed version and takes them away again', async () => {
    await install()
    expect((await readdir(into)).sort()).toEqual(FILES)
    expect(await readFile(join(into, FILES[0]!))).toEqual(library())
    removeCuda(() => undefined, into)
    expect(await readdir(into)).toEqual([])
  })

  it.each<[string, () => void, RegExp]>([
    ['another hash', () => (hash = 'AAAA'), /has SHA-512 .*, the catalogue says AAAA/],
    [
      'a library for another machine',
      () => (nupkg = packed(FILES, library(183))),
      /no library for Linux on x86-64/,
    ],
    ['a missing library', () => (nupkg = packed(FILES.slice(1))), /has no runtimes\/linux-x64\/native/],
  ])('refuses %s and places nothing', async (_, damage, words) => {
    damage()
    await expect(install()).rejects.toThrow(words)
    expect(await readdir(into)).toEqual([])
  })

  it('says what to do without a network, on another platform and with another feed', async () => {
    await expect(install({ feed: 'http://127.0.0.1:1/index.json' })).rejects.toThrow('name a mirror')
    await expect(install({ platform: 'darwin/arm64' })).rejects.toThrow('for linux/x64 only')
    await expect(install({ feed: feed.replace('index', 'catalog') })).rejects.toThrow('no NuGet v3 feed')
  })
})
