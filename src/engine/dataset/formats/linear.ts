/** What a stored number means: value = stored * scale + offset. */
export interface Linear {
  readonly scale: number
  readonly offset: number
}

export const PLAIN: Linear = { scale: 1, offset: 0 }
/** Bytes that stand for 0 to 1. */
export const BYTE: Linear = { scale: 1 / 255, offset: 0 }

export interface LinearCodec {
  /** True when stored numbers are the values themselves. */
  readonly plain: boolean
  /** The value as float32. */
  decode(stored: number): number
  /** Not rounded. */
  encode(value: number): number
}

export function linearCodec({ scale, offset }: Linear): LinearCodec {
  // Dividing by 1000 gives the nearest number to 1.234, multiplying by 0.001 does not.
  const inverse = Math.round(1 / scale)
  const divides = Math.abs(1 / scale - inverse) < 1e-9 * Math.abs(inverse)
  return {
    plain: scale === 1 && offset === 0,
    decode: (stored) => Math.fround((divides ? stored / inverse : stored * scale) + offset),
    encode: (value) => (divides ? (value - offset) * inverse : (value - offset) / scale),
  }
}
