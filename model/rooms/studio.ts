import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import type { Catalogue } from './catalogue'
import type { Camera, RoomSpec } from './layout/spec'
import { meshFile } from './mesh-file'
import { CATALOGUE_FILES, type CatalogueName } from './models'
import { readBody, type RenderedRoom } from './write-room'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-dev-shm-usage',
]

/** A headless browser with the page that renders rooms, and the loopback server it takes models from. */
export class Studio {
  #body: Buffer | undefined
  readonly #meshes = new Map<string, Uint8Array>()

  private constructor(
    readonly catalogue: Catalogue,
    readonly size: { width: number; height: number },
    readonly script: string,
    readonly server: Server,
    readonly browser: Browser,
    public page: Page,
  ) {}

  static async open(catalogue: Catalogue, size: { width: number; height: number }): Promise<Studio> {
    const script = await bundle()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGS })
    const studio = new Studio(
      catalogue,
      { width: size.width, height: size.height },
      script,
      server,
      browser,
      await browser.newPage(),
    )
    server.on('request', (request, response) => studio.#answer(request, response))
    await studio.#load()
    return studio
  }

  /** The room from its best good view, with that camera; undefined when it has no good view. */
  async render(room: RoomSpec): Promise<{ maps: RenderedRoom; camera: Camera } | undefined> {
    this.#body = undefined
    const view = await this.page.evaluate(
      async ([room, size]) => {
        const { renderRoom } = globalThis as unknown as {
          renderRoom: (
            room: RoomSpec,
            size: { width: number; height: number },
            post: string,
          ) => Promise<number>
        }
        return renderRoom(room, size, '/result')
      },
      [room, this.size] as const,
    )
    const camera = room.cameras[view]
    if (!camera) return undefined
    if (!this.#body) throw new Error('The page said it was done but sent no pixels.')
    return { maps: readBody(this.#body, this.size.width, this.size.height), camera }
  }

  /** Starts over with an empty page. */
  async reload(): Promise<void> {
    await this.page.close()
    this.page = await this.browser.newPage()
    await this.#load()
  }

  async close(): Promise<void> {
    await this.browser.close()
    this.server.close()
  }

  async #load(): Promise<void> {
    this.page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`))
    this.page.on('console', (message) => {
      if (message.type() === 'error') process.stderr.write(`page: ${message.text()}\n`)
    })
    const { port } = this.server.address() as AddressInfo
    await this.page.goto(`http://127.0.0.1:${port}/`)
    await this.page.waitForFunction(() => 'renderRoom' in globalThis)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const send = (type: string, body: Uint8Array | string): void => {
      response.writeHead(200, { 'content-type': type }).end(body)
    }
    if (url.pathname === '/')
      send(
        'text/html',
        '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>',
      )
    else if (url.pathname === '/page.js') send('text/javascript', this.script)
    else if (url.pathname === '/mesh')
      send('application/octet-stream', this.#mesh(url.searchParams.get('key') ?? ''))
    else if (url.pathname === '/texture') {
      const catalogue = url.searchParams.get('catalogue') ?? ''
      if (!(catalogue in CATALOGUE_FILES)) response.writeHead(404).end()
      else
        send('image/png', this.catalogue.read(catalogue as CatalogueName, url.searchParams.get('path') ?? ''))
    } else if (url.pathname === '/result') this.#receive(request, response)
    else response.writeHead(404).end()
  }

  #mesh(key: string): Uint8Array {
    const known = this.#meshes.get(key) ?? meshFile(this.catalogue, key)
    this.#meshes.set(key, known)
    return known
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      this.#body = Buffer.concat(chunks)
      response.writeHead(200).end()
    })
  }
}

/** Bundles the page's code. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rollupOptions: {
        input: fileURLToPath(new URL('page/main.ts', import.meta.url)),
        output: { format: 'es' },
      },
    },
  })
  const output = Array.isArray(result) ? result[0] : result
  if (!output || !('output' in output)) throw new Error('Bundling the page gave no output.')
  const chunk = output.output.find((part) => part.type === 'chunk')
  if (!chunk) throw new Error('Bundling the page gave no script.')
  return chunk.code
}
