import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { AppError } from '../../shared/errors'
import { decodeNpy, encodeNpy, readNpyHeader, type NpyArray } from './npy'

/** A version 1 file with this header text and body. */
function npy(dict: string, body: number[] | Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(`${dict}\n`)
  return Uint8Array.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...body,
  ])
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'decoded'
}

const sample: NpyArray = { dtype: 'f4', shape: [2, 3], data: Float32Array.of(1, -2.5, 0, 3e-8, Infinity, 7) }

describe('npy codec', () => {
  it('round-trips every dtype it writes', () => {
    const arrays: NpyArray[] = [
      sample,
      { dtype: 'f8', shape: [4], data: Float64Array.of(1 / 3, -0, 1e300, NaN) },
      { dtype: 'u1', shape: [1, 2, 2], data: Uint8Array.of(0, 1, 254, 255) },
      { dtype: 'u2', shape: [2], data: Uint16Array.of(0, 65535) },
      { dtype: 'i4', shape: [2], data: Int32Array.of(-5, 2147483647) },
      { dtype: 'i1', shape: [2], data: Int8Array.of(-128, 127) },
      { dtype: 'i2', shape: [2], data: Int16Array.of(-32768, 32767) },
      { dtype: 'u4', shape: [2], data: Uint32Array.of(0, 4294967295) },
      { dtype: 'i8', shape: [2], data: Float64Array.of(-5, 2 ** 53 - 1) },
      { dtype: 'f2', shape: [5], data: Float32Array.of(-0, 65504, 2 ** -24, NaN, -Infinity) },
      { dtype: 'b1', shape: [2], data: Uint8Array.of(0, 1) },
    ]
    for (const array of arrays) expect(decodeNpy(encodeNpy(array), 'x.npy')).toEqual(array)
  })

  it('keeps every float16 and both orders', () => {
    const halves = encodeNpy({
      dtype: 'u2',
      shape: [65536],
      data: Uint16Array.from({ length: 65536 }, (_, i) => i),
    })
    halves[halves.indexOf(0x75)] = 0x66 // 'u2' becomes 'f2'
    const read = decodeNpy(halves, 'x.npy')
    expect(read.dtype).toBe('f2')
    const nan = read.data.map((value) => (Number.isNaN(value) ? 1 : 0))
    const again = decodeNpy(encodeNpy(read), 'x.npy')
    expect(again).toEqual(read)
    const bits = (bytes: Uint8Array): Uint16Array => new Uint16Array(bytes.slice(128).buffer)
    expect(bits(encodeNpy(read)).filter((_, i) => !nan[i])).toEqual(bits(halves).filter((_, i) => !nan[i]))
    for (const order of [
      { fortranOrder: true },
      { bigEndian: true },
      { fortranOrder: true, bigEndian: true },
    ])
      expect(decodeNpy(encodeNpy({ ...sample, ...order }), 'x.npy')).toEqual({ ...sample, ...order })
  })

  it('refuses whole numbers it cannot hold', () => {
    const bytes = encodeNpy({ dtype: 'i8', shape: [1], data: Float64Array.of(1) })
    bytes[bytes.length - 2] = 0x7f
    expect(codeOf(() => decodeNpy(bytes, 'x.npy'))).toBe('value_out_of_range')
  })

  it('aligns its data to 64 bytes and widens float16 for numbers it cannot hold', () => {
    expect(readNpyHeader(encodeNpy(sample), encodeNpy(sample).length, 'x.npy').offset % 64).toBe(0)
    expect(decodeNpy(encodeNpy({ ...sample, dtype: 'f2' }), 'x.npy').dtype).toBe('f4')
  })

  it('refuses what it cannot trust', () => {
    const header = (descr: string, shape: string): string =>
      `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape}), }`
    expect(codeOf(() => decodeNpy(npy(header("'|O'", '1,'), [0, 0, 0, 0, 0, 0, 0, 0]), 'x'))).toBe(
      'file_unsupported',
    )
    expect(codeOf(() => decodeNpy(npy(header("[('a', '<f4')]", '1,'), [0, 0, 0, 0]), 'x'))).toBe(
      'file_unsupported',
    )
    expect(codeOf(() => decodeNpy(npy(header("'<c8'", '1,'), [0]), 'x'))).toBe('file_unsupported')
    expect(codeOf(() => decodeNpy(npy(header("'<f4'", '99999, 99999'), [0]), 'x'))).toBe('file_too_large')
    expect(codeOf(() => decodeNpy(npy(header("'<f4'", '9'.repeat(40)), [0]), 'x'))).toBe('file_too_large')
    expect(codeOf(() => decodeNpy(npy(header("'<f4'", '2, 2'), [0]), 'x'))).toBe('file_truncated')
    expect(codeOf(() => decodeNpy(npy(header("'|u1'", '2,'), [0, 0, 0]), 'x'))).toBe('file_malformed')
    expect(codeOf(() => decodeNpy(npy('{}', [0]), 'x'))).toBe('file_malformed')
    expect(codeOf(() => decodeNpy(new TextEncoder().encode('not an array at all'), 'x'))).toBe(
      'file_malformed',
    )
  })

  it('names truncation at every length', () => {
    const bytes = encodeNpy(sample)
    for (let length = 0; length < bytes.length; length++)
      expect(
        codeOf(() => decodeNpy(bytes.subarray(0, length), 'x')),
        `${length}`,
      ).toBe('file_truncated')
  })

  it('never fails without a name, whatever byte is changed', () => {
    const bytes = encodeNpy(sample)
    for (let at = 0; at < bytes.length; at++)
      for (const flip of [1, 0x5a, 0xff]) {
        const broken = bytes.slice()
        broken[at]! ^= flip
        codeOf(() => decodeNpy(broken, 'x'))
      }
  })
})

describe.skipIf(!pythonHas('numpy'))('npy codec beside numpy (skipped without python3, numpy)', () => {
  it('reads every dtype, byte order, memory order and version numpy writes', async () => {
    const folder = await temporaryFolder()
    const cases: unknown = JSON.parse(
      python(
        `
import sys, json, numpy as np
from numpy.lib import format as f
d = sys.argv[1]; r = np.random.RandomState(5); out = []
for i, t in enumerate(['<f2', '>f2', '<f4', '>f4', '<f8', '>f8', '|u1', '|i1', '<u2', '>u2', '<i2', '>i2', '<u4', '>u4', '<i4', '>i4', '<i8', '>i8', '|b1']):
    for order in 'CF':
        for version in [(1, 0), (2, 0), (3, 0)]:
            a = np.array(r.randint(0, 2, (2, 3, 4)) if t == '|b1' else r.randint(0, 120, (2, 3, 4)) / (8 if 'f' in t else 1), dtype=t, order=order)
            name = '%d%s%d.npy' % (i, order, version[0])
            with open(d + '/' + name, 'wb') as h: f.write_array(h, a, version=version)
            out.append([name, a.ravel(order='C').astype('f8').tolist()])
a = np.array([6e-8, 65504, -1.5, 0, np.inf], 'f2'); np.save(d + '/half.npy', a); out.append(['half.npy', [float(x) if np.isfinite(x) else 'inf' for x in a]])
print(json.dumps(out))`,
        folder,
      ),
    )
    expect(Array.isArray(cases) && cases.length).toBe(115)
    for (const [name, values] of cases as [string, (number | string)[]][]) {
      const { data } = decodeNpy(await readFile(join(folder, name)), name)
      expect(
        [...data].map((value) => (value === Infinity ? 'inf' : value)),
        name,
      ).toEqual(values)
    }
  })

  it('is read by numpy as it was written, in the order it had', async () => {
    const path = join(await temporaryFolder(), 'x.npy')
    const data = Float32Array.of(1, -2.5, 0, 0.25, Infinity, 7)
    for (const dtype of ['f2', 'f4'] as const)
      for (const fortranOrder of [false, true])
        for (const bigEndian of [false, true]) {
          await writeFile(path, encodeNpy({ dtype, shape: [2, 3], data, fortranOrder, bigEndian }))
          const read: unknown = JSON.parse(
            python(
              `import sys, json, numpy as np
a = np.load(sys.argv[1])
print(json.dumps([a.dtype.str, a.flags.f_contiguous, a.shape, a.astype('<f4').tobytes('C').hex()]))`,
              path,
            ),
          )
          const descr = `${bigEndian ? '>' : '<'}${dtype}`
          expect(read).toEqual([descr, fortranOrder, [2, 3], Buffer.from(data.buffer).toString('hex')])
        }
  })
})
