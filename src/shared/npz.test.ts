import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 as zlibCrc32, deflateSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../test/support/python'
import { crc32 } from './crc32'
import { encodeNpz } from './npz'
import { withPngText } from './png-text'

const folder = mkdtempSync(join(tmpdir(), 'npz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

it('has the checksum of zlib', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 31 + 7) & 255)
  for (const length of [0, 1, 255, 5000])
    expect(crc32(bytes.subarray(0, length))).toBe(zlibCrc32(bytes.subarray(0, length)))
})

describe.skipIf(!pythonHas('numpy'))('an npz file', () => {
  const text = '{"model":"tiny — naïve 模型 🜁","empty":""}'
  const file = (): string =>
    written(
      'all.npz',
      encodeNpz(
        {
          single: { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-7, NaN, Infinity, 6) },
          double: { shape: [4], data: Float64Array.of(0.1, -0, 1e300, 5e-324) },
          bytes: { shape: [1, 2, 2], data: Uint8Array.of(0, 1, 254, 255) },
          scalar: { shape: [], data: Float64Array.of(Math.PI) },
          none: { shape: [0, 4], data: new Float32Array(0) },
        },
        { provenance: text, nothing: '' },
      ),
    )

  it('is read by NumPy without pickle, with every value, dtype and text', () => {
    const script = `
import json, sys
import numpy as np
f = np.load(sys.argv[1], allow_pickle=False)
print(json.dumps({k: [f[k].dtype.str, list(f[k].shape), f[k].tobytes().hex() if f[k].dtype.kind != 'U' else str(f[k])] for k in f.files}))`
    const read: unknown = JSON.parse(python(script, file()))
    const hex = (array: Float32Array | Float64Array | Uint8Array): string =>
      Buffer.from(array.buffer).toString('hex')
    expect(read).toEqual({
      single: ['<f4', [2, 3], hex(Float32Array.of(1, -2.5, 3e-7, NaN, Infinity, 6))],
      double: ['<f8', [4], hex(Float64Array.of(0.1, -0, 1e300, 5e-324))],
      bytes: ['|u1', [1, 2, 2], '0001feff'],
      scalar: ['<f8', [], hex(Float64Array.of(Math.PI))],
      none: ['<f4', [0, 4], ''],
      provenance: [`<U${[...text].length}`, [], text],
      nothing: ['<U1', [], ''],
    })
  })

  it('is a sound archive to a zip reader that checks sums', () => {
    const script = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(z.testzip(), len(z.namelist()), z.infolist()[0].date_time)`
    expect(python(script, file()).trim()).toBe('None 7 (1980, 1, 1, 0, 0, 0)')
  })

  it('refuses a shape that its data does not fill', () => {
    expect(() => encodeNpz({ a: { shape: [2, 2], data: new Float32Array(3) } })).toThrow('2x2')
  })
})

describe('text in a PNG', () => {
  const pixel = (): Uint8Array => {
    const chunk = (type: string, data: Uint8Array): Buffer => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
      const out = Buffer.alloc(8 + body.length)
      out.writeUInt32BE(data.length)
      body.copy(out, 4)
      out.writeUInt32BE(zlibCrc32(body), 4 + body.length)
      return out
    }
    const header = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0)
    const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)
    const idat = deflateSync(Uint8Array.of(0, 10, 20, 30))
    return Buffer.concat([
      signature,
      chunk('IHDR', header),
      chunk('IDAT', idat),
      chunk('IEND', new Uint8Array(0)),
    ])
  }

  it.skipIf(!pythonHas('PIL'))('is found by Pillow, and the pixels stay', () => {
    const path = written('a.png', withPngText(pixel(), 'provenance', '{"sample":"été"}'))
    const script =
      'import sys\nfrom PIL import Image\ni = Image.open(sys.argv[1]); i.load()\nprint(ascii(i.text["provenance"]), i.getpixel((0, 0)))'
    expect(python(script, path).trim()).toBe(String.raw`'{"sample":"\xe9t\xe9"}' (10, 20, 30)`)
  })

  it('is refused for what is no PNG', () => {
    expect(() => withPngText(new Uint8Array(40), 'a', 'b')).toThrow('PNG')
  })
})
