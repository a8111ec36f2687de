import fc from 'fast-check'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { AppError } from '../../shared/errors'
import { decodeMat } from './mat-decode'
import { encodeMat } from './mat-encode'
import { readMatDims } from './mat-start'
import { MAT_TYPES, NUMERIC, numeric, type MatArray, type MatVariable } from './mat-values'

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'decoded'
}

const anyNumeric: fc.Arbitrary<MatArray> = fc
  .record({
    type: fc.constantFrom(...MAT_TYPES),
    narrow: fc.boolean(),
    logical: fc.boolean(),
    dims: fc.array(fc.nat(4), { minLength: 2, maxLength: 3 }),
    seed: fc.array(fc.nat(127), { minLength: 64, maxLength: 64 }),
  })
  .map(({ type, narrow, logical, dims, seed }) => {
    const data = NUMERIC[type].make(dims.reduce((a, b) => a * b, 1))
    for (let i = 0; i < data.length; i++)
      data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(seed[i]!) : seed[i]!
    const isWide = narrow && data.length > 0
    return {
      kind: 'numeric',
      class: type,
      storage: isWide ? 'uint8' : type,
      logical: logical && type === 'uint8',
      dims,
      data,
    }
  })
const anyChar: fc.Arbitrary<MatArray> = fc
  .record({
    text: fc.stringMatching(/^[a-zA-Z ]{1,12}$/),
    storage: fc.constantFrom('uint8', 'uint16', 'utf8'),
  })
  .map(({ text, storage }) => ({ kind: 'char', dims: [1, text.length], text, storage }))
const { anyArray } = fc.letrec<{ anyArray: MatArray }>((tie) => ({
  anyArray: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    anyNumeric,
    anyChar,
    fc
      .array(tie('anyArray'), { maxLength: 4 })
      .map((values): MatArray => ({ kind: 'cell', dims: [1, values.length], values })),
    fc
      .tuple(fc.nat(2), fc.uniqueArray(fc.stringMatching(/^[a-z]\w{0,20}$/), { maxLength: 3 }))
      .chain(([count, fields]) =>
        fc
          .array(tie('anyArray'), { minLength: count * fields.length, maxLength: count * fields.length })
          .map((values): MatArray => ({ kind: 'struct', dims: [1, count], fields, values })),
      ),
  ),
}))
const anyVariables: fc.Arbitrary<MatVariable[]> = fc.array(
  fc.record({ name: fc.stringMatching(/^[a-z]\w{0,30}$/), compressed: fc.boolean(), value: anyArray }),
  { maxLength: 3 },
)

/** The same file in the other byte order is made by NumPy's own writer in the oracle tests; here only little-endian. */
function element(type: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + Math.ceil(data.length / 8) * 8)
  new DataView(out.buffer).setUint32(0, type, true)
  new DataView(out.buffer).setUint32(4, data.length, true)
  out.set(data, 8)
  return out
}
const words = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer)
const cat = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))
const matrix = (flags: number, dims: number[], ...content: Uint8Array[]): Uint8Array =>
  element(
    14,
    cat(element(6, words(flags, 0)), element(5, words(...dims)), element(1, Uint8Array.of(97)), ...content),
  )
async function fileOf(...elements: Uint8Array[]): Promise<Uint8Array> {
  return cat((await encodeMat([])).subarray(0, 128), ...elements)
}

describe('MATLAB codec', () => {
  it('round-trips every type of array, nested and compressed', async () => {
    await fc.assert(
      fc.asyncProperty(anyVariables, async (variables) => {
        expect(await decodeMat(await encodeMat(variables), 'x.mat')).toEqual(variables)
      }),
      { numRuns: 150 },
    )
  })

  it('reads the wanted variables only, and the first size from the first bytes', async () => {
    const map = numeric('uint16', [300, 200], new Uint16Array(60000).fill(7))
    for (const compressed of [true, false]) {
      const file = await encodeMat([
        { name: 'LabelMap', compressed, value: map },
        { name: 'other', compressed, value: { kind: 'cell', dims: [1, 1], values: [map] } },
      ])
      expect((await decodeMat(file, 'x.mat', ['LabelMap'])).map(({ name }) => name)).toEqual(['LabelMap'])
      const dims = (name: string, bytes = 512): unknown =>
        readMatDims(file.subarray(0, bytes), file.length, 'x.mat', name)
      expect(dims('LabelMap')).toEqual([300, 200])
      expect(dims('other', file.length)).toEqual([1, 1])
      if (!compressed) expect(await codeOf(() => dims('other'))).toBe('file_truncated')
      expect(await codeOf(() => dims('none', file.length))).toBe('file_malformed')
    }
    expect(await codeOf(async () => readMatDims(await encodeMat([]), 128, 'x.mat', 'a'))).toBe(
      'file_malformed',
    )
  })

  it('finds a size inside structs', async () => {
    const object = (mask: MatArray): MatArray => ({
      kind: 'struct',
      dims: [1, 2],
      fields: ['class', 'mask'],
      values: [
        numeric('uint8', [1, 1], Uint8Array.of(1)),
        mask,
        numeric('uint8', [1, 1], Uint8Array.of(2)),
        mask,
      ],
    })
    const anno = (objects: MatArray): MatArray => ({
      kind: 'struct',
      dims: [1, 1],
      fields: ['name', 'objects'],
      values: [{ kind: 'char', dims: [1, 2], text: 'ab', storage: 'uint16' }, objects],
    })
    const mask = numeric(
      'uint8',
      [300, 200],
      Uint8Array.from({ length: 60_000 }, (_, i) => (i * i) % 251),
    )
    for (const compressed of [true, false]) {
      const file = await encodeMat([{ name: 'anno', compressed, value: anno(object(mask)) }])
      const dims = (path: number[]): unknown =>
        readMatDims(file.subarray(0, 1000), file.length, 'x.mat', 'anno', path)
      expect(dims([1, 1])).toEqual([300, 200])
      expect(dims([1])).toEqual([1, 2])
      expect(dims([5])).toBeNull()
      expect(dims([0, 0])).toBeNull()
    }
  })

  it('keeps a number exact or refuses it', async () => {
    const wide: MatArray = { ...numeric('double', [1, 2], Float64Array.of(0.5, 3)), storage: 'uint8' }
    const [read] = await decodeMat(await encodeMat([{ name: 'a', compressed: false, value: wide }]), 'x.mat')
    expect(read?.value).toMatchObject({ storage: 'double', data: Float64Array.of(0.5, 3) })
    const half = element(9, new Uint8Array(Float64Array.of(0.5).buffer))
    const file = await fileOf(matrix(9, [1, 1], half))
    expect(await codeOf(() => decodeMat(file, 'x.mat'))).toBe('file_malformed')
  })

  it('refuses other versions and kinds by name', async () => {
    const hdf5 = new TextEncoder().encode('MATLAB 7.3 MAT-file, Platform: GLNXA64'.padEnd(600))
    await expect(decodeMat(hdf5, 'x.mat')).rejects.toMatchObject({
      code: 'file_unsupported',
      message: expect.stringContaining('7.3') as string,
    })
    expect(await codeOf(() => decodeMat(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13), 'x.mat'))).toBe(
      'file_unsupported',
    )
    expect(await codeOf(() => decodeMat(new Uint8Array(200), 'x.mat'))).toBe('file_unsupported')
    expect(await codeOf(() => decodeMat(new Uint8Array(200).fill(65), 'x.mat'))).toBe('file_malformed')
    expect(await codeOf(() => decodeMat(new Uint8Array(20).fill(65), 'x.mat'))).toBe('file_truncated')
    const values = element(9, new Uint8Array(8))
    const complex = await fileOf(matrix(6 | (8 << 8), [1, 1], values, values))
    const sparse = await fileOf(matrix(5, [1, 1], values))
    expect(await codeOf(() => decodeMat(complex, 'x.mat'))).toBe('file_unsupported')
    expect(await codeOf(() => decodeMat(sparse, 'x.mat'))).toBe('file_unsupported')
  })

  it('refuses sizes that cannot be true before it allocates', async () => {
    const packed = (data: Uint8Array): Uint8Array => {
      const body = deflateSync(data)
      return cat(words(15, body.length), body)
    }
    const gigabyte = await fileOf(packed(cat(words(14, 1_073_741_824), new Uint8Array(64))))
    expect(await codeOf(() => decodeMat(gigabyte, 'x.mat'))).toBe('file_malformed')
    const bomb = await fileOf(packed(cat(words(14, 64), new Uint8Array(20_000_000))))
    expect(await codeOf(() => decodeMat(bomb, 'x.mat'))).toBe('file_malformed')
    const huge = await fileOf(matrix(6, [100_000, 100_000], element(9, new Uint8Array(8))))
    expect(await codeOf(() => decodeMat(huge, 'x.mat'))).toBe('file_malformed')
    const cells = await fileOf(matrix(1, [100_000, 100_000], element(14, new Uint8Array(0))))
    expect(await codeOf(() => decodeMat(cells, 'x.mat'))).toBe('file_malformed')
    const fields = cat(element(5, words(8)), element(1, new Uint8Array(0)))
    expect(
      (await decodeMat(await fileOf(matrix(2, [100_000, 90_000], fields)), 'x.mat'))[0]?.value,
    ).toMatchObject({
      kind: 'struct',
      fields: [],
      values: [],
    })
    let nested = element(14, new Uint8Array(0))
    for (let depth = 0; depth < 40; depth++) nested = matrix(1, [1, 1], nested)
    expect(await codeOf(async () => decodeMat(await fileOf(nested), 'x.mat'))).toBe('file_malformed')
    const wide = matrix(
      1,
      [300_000, 1],
      new Uint8Array(2_400_000).map((_, i) => (i % 8 === 0 ? 14 : 0)),
    )
    expect(await codeOf(async () => decodeMat(await fileOf(wide), 'x.mat'))).toBe('file_malformed')
  })

  it('names truncation at every length, and never fails without a name', async () => {
    const value: MatArray = {
      kind: 'struct',
      dims: [1, 1],
      fields: ['name', 'mask'],
      values: [
        { kind: 'char', dims: [1, 2], text: 'ab', storage: 'uint16' },
        numeric('uint8', [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)),
      ],
    }
    for (const compressed of [true, false]) {
      const file = await encodeMat([{ name: 'anno', compressed, value }])
      for (let length = 129; length < file.length - 2; length++)
        expect(['file_truncated', 'file_malformed'], `${length}`).toContain(
          await codeOf(() => decodeMat(file.subarray(0, length), 'x.mat')),
        )
      for (let at = 0; at < file.length; at++)
        for (const flip of [1, 0x5a, 0xff]) {
          const broken = file.slice()
          broken[at]! ^= flip
          await codeOf(() => decodeMat(broken, 'x.mat'))
          await codeOf(() => readMatDims(broken, broken.length, 'x.mat', 'anno', [1]))
        }
    }
  })
})

/** An array as nested lists with its class, the same from both sides. */
const DESCRIBE = `
import sys, json, numpy as np, scipy.io as sio
def text(a): return [str(x) for x in a.ravel(order='F')]
def show(a):
    if a.dtype.names is not None:
        return ['struct', list(a.shape), list(a.dtype.names), [show(v[n]) for v in a.ravel(order='F') for n in a.dtype.names]]
    if a.dtype == object: return ['cell', list(a.shape), [show(v) for v in a.ravel(order='F')]]
    if a.dtype.kind == 'U': return ['char', text(a)]
    return [a.dtype.name, list(a.shape), [str(int(x)) if a.dtype.kind in 'iu' else float(x).hex() for x in a.ravel(order='F')]]
def shows(path): return {k: show(v) for k, v in sio.loadmat(path).items() if not k.startswith('__')}
`

function describeArray(value: MatArray): unknown {
  if (value.kind === 'char') return ['char', value.text === '' ? [] : [value.text]]
  if (value.kind === 'cell') return ['cell', value.dims, value.values.map(describeArray)]
  if (value.kind === 'struct') return ['struct', value.dims, value.fields, value.values.map(describeArray)]
  const name = { single: 'float32', double: 'float64' } as Record<string, string>
  const values = [...value.data].map((x) =>
    /^(u?int)/.test(value.storage) ? String(x) : floatHex(Number(x)),
  )
  return [name[value.storage] ?? value.storage, value.dims, values]
}

/** Python's float.hex(). */
function floatHex(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 2047n)
  const fraction = (bits & ((1n << 52n) - 1n)).toString(16).padStart(13, '0')
  const sign = bits >> 63n ? '-' : ''
  if (exponent === 0 && /^0+$/.test(fraction)) return `${sign}0x0.0p+0`
  const power = exponent === 0 ? -1022 : exponent - 1023
  return `${sign}0x${exponent === 0 ? 0 : 1}.${fraction}p${power < 0 ? '' : '+'}${power}`
}

describe.skipIf(!pythonHas('scipy', 'numpy'))(
  'MATLAB codec beside SciPy (skipped without python3, scipy)',
  () => {
    it('reads what savemat writes: every type, text, cells, structs, empty ones, compressed or not', async () => {
      const folder = await temporaryFolder()
      const expected = JSON.parse(
        python(
          `${DESCRIBE}
d = sys.argv[1]; r = np.random.RandomState(2); out = {}
def obj(*v):
    a = np.empty((1, len(v)), object)
    for i, x in enumerate(v): a[0, i] = x
    return a
content = {t: (r.rand(3, 4) * 250 - (100 if t[0] in 'if' else 0)).astype(t) for t in 'i1 u1 i2 u2 i4 u4 i8 u8 f4 f8'.split()}
content['f8'][0, 0] = np.nan; content['f4'][1, 1] = -np.inf
content['cube'] = r.randint(0, 9, (2, 3, 4)).astype('u2')
content['logical'] = np.array([[True, False, True]])
content['text'] = 'hair and head'
content['accent'] = 'caf\\u00e9 \\u4e2d'
content['none'] = np.zeros((0, 0)); content['flat'] = np.zeros((0, 3), 'u1'); content['blank'] = ''
content['cells'] = obj('a', np.eye(2), obj(np.uint8([[1]]), obj()))
parts = np.zeros((1, 2), [('part_name', object), ('mask', object)])
parts[0, 0] = ('head', np.uint8([[1, 0], [0, 1]])); parts[0, 1] = ('torso', np.uint8([[0, 1], [1, 1]]))
content['anno'] = {'imname': '2008_000001', 'objects': obj({'class': 'person', 'class_ind': 15.0, 'mask': np.uint8([[1]]), 'parts': parts})}
for packed in (False, True):
    p = '%s/%d.mat' % (d, packed); sio.savemat(p, content, do_compression=packed, long_field_names=packed); out[str(int(packed))] = shows(p)
print(json.dumps(out))`,
          folder,
        ),
      ) as Record<string, Record<string, unknown>>
      for (const packed of ['0', '1']) {
        const variables = await decodeMat(await readFile(join(folder, `${packed}.mat`)), 'x.mat')
        expect(Object.fromEntries(variables.map(({ name, value }) => [name, describeArray(value)]))).toEqual(
          expected[packed],
        )
        // And SciPy reads ours as it read its own.
        const path = join(folder, 'ours.mat')
        await writeFile(path, await encodeMat(variables))
        const ours: unknown = JSON.parse(python(`${DESCRIBE}\nprint(json.dumps(shows(sys.argv[1])))`, path))
        expect(ours).toEqual(expected[packed])
      }
    })

    it('reads big-endian files', async () => {
      const path = join(await temporaryFolder(), 'big.mat')
      python(
        `
import sys, struct
def el(t, b): return struct.pack('>II', t, len(b)) + b + b'\\0' * (-len(b) % 8)
def mat(name, c, dims, *content): return el(14, el(6, struct.pack('>II', c, 0)) + el(5, struct.pack('>%di' % len(dims), *dims)) + struct.pack('>HHc3x', 1, 1, name) + b''.join(content))
values = mat(b'a', 6, [1, 3], el(9, struct.pack('>3d', 1.5, -2, 3e200)))
narrow = mat(b'b', 6, [1, 2], struct.pack('>HHhh', 4, 3, -7, 300))
text = mat(b'c', 4, [1, 2], struct.pack('>HHHH', 4, 4, 104, 105))
whole = mat(b'd', 14, [1, 1], el(12, struct.pack('>q', -2 ** 40)))
open(sys.argv[1], 'wb').write(b'MATLAB 5.0 MAT-file'.ljust(124) + struct.pack('>H', 0x100) + b'MI' + values + narrow + text + whole)`,
        path,
      )
      const read = await decodeMat(await readFile(path), 'x.mat')
      expect(
        read.map(({ value }) =>
          value.kind === 'numeric' ? [...value.data] : value.kind === 'char' && value.text,
        ),
      ).toEqual([[1.5, -2, 3e200], [-7, 300], 'hi', [-(2n ** 40n)]])
      const scipy: unknown = JSON.parse(python(`${DESCRIBE}\nprint(json.dumps(shows(sys.argv[1])))`, path))
      expect(Object.fromEntries(read.map(({ name, value }) => [name, describeArray(value)]))).toEqual(scipy)
    })
  },
)
