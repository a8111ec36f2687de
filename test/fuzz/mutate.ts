export type Random = () => number

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[below(random, items.length)]!
}

/** Numbers at the edges of bytes, words, signs and sizes. */
const BYTES = [0, 1, 2, 4, 7, 8, 14, 15, 16, 0x20, 0x7f, 0x80, 0xfe, 0xff]
const WORDS = [
  0, 1, 2, 8, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000000,
]
const TEXTS = [
  '999999999',
  '-1',
  '0',
  'null',
  '1e308',
  '"__proto__"',
  '[]',
  '{}',
  '|O',
  "'<c8'",
  'True',
  '(,)',
  '\\u0000',
]

/** One to eight changes of bytes, words, texts and ranges; others of `corpus` may be spliced in. */
export function mutate(
  bytes: Uint8Array,
  corpus: readonly Uint8Array[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  let out = Uint8Array.from(bytes)
  for (let times = 1 + below(random, 8); times > 0 && out.length > 0; times--) {
    const at = below(random, out.length)
    const end = Math.min(out.length, at + 1 + below(random, 40))
    const change = below(random, 10)
    if (change <= 1) out[at]! ^= 1 << below(random, 8)
    else if (change === 2) out[at] = pick(random, BYTES)
    else if (change <= 4 && at + 4 <= out.length)
      new DataView(out.buffer).setUint32(at, pick(random, WORDS), random() < 0.5)
    else if (change === 5) out = joined(out.subarray(0, at), out.subarray(end))
    else if (change === 6) out = joined(out.subarray(0, end), out.subarray(at))
    else if (change === 7) out = joined(out.subarray(0, at), pick(random, corpus).subarray(at))
    else if (change === 8)
      out = joined(out.subarray(0, at), new TextEncoder().encode(pick(random, TEXTS)), out.subarray(at))
    else if (random() < 0.2) out = out.slice(0, at)
  }
  return out
}

export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts))
}
