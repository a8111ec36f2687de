import type { Page } from 'playwright-core'
import { mapHeaderSchema } from '../../src/shared/contract'
import { decodeFrame } from '../../src/shared/frame'
import { mapFromBytes, type DenseMap } from '../../src/shared/maps'
import * as v from 'valibot'

/** What the page itself would get from the engine, whatever shell it runs in. */
export async function get(
  page: Page,
  path: string,
): Promise<{ status: number; bytes: Uint8Array<ArrayBuffer> }> {
  const { status, base64 } = await page.evaluate(async (url) => {
    const response = await fetch(url)
    const bytes = new Uint8Array(await response.arrayBuffer())
    let text = ''
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
    return { status: response.status, base64: btoa(text) }
  }, path)
  return { status, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }
}

/** What the engine answers to a JSON body. Throws for anything but 200. */
export async function post(page: Page, path: string, body: object): Promise<Uint8Array<ArrayBuffer>> {
  const { status, base64 } = await page.evaluate(
    async ([url, content]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: content })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return {
        status: response.status,
        base64: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')),
      }
    },
    [path, JSON.stringify(body)] as const,
  )
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  if (status !== 200) throw new Error(`${status}: ${new TextDecoder().decode(bytes)}`)
  return bytes
}

export async function getMap(page: Page, id: string, task: string, source: string): Promise<DenseMap> {
  const { status, bytes } = await get(page, `/v1/samples/${id}/maps/${task}/${source}`)
  if (status !== 200) throw new Error(`${status}: ${new TextDecoder().decode(bytes)}`)
  const { header, payload } = decodeFrame(bytes)
  const { kind, width, height } = v.parse(mapHeaderSchema, header)
  return mapFromBytes(kind, width, height, payload)
}
