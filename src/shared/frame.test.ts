import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors'
import { decodeFrame, encodeFrame } from './frame'

const code = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'no error'
}

describe('frame', () => {
  it('returns header and payload unchanged, the payload aligned to four bytes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), fc.uint8Array(), (header, payload) => {
        const decoded = decodeFrame(encodeFrame(header, payload))
        expect(decoded.header).toEqual(JSON.parse(JSON.stringify(header)))
        expect([...decoded.payload]).toEqual([...payload])
        expect(decoded.payload.byteOffset % 4).toBe(0)
      }),
    )
  })
  it('refuses every cut through the header and every hostile length', () => {
    const frame = encodeFrame({ kind: 'class', label: 'ä' }, new Uint8Array(0))
    for (let length = 0; length < frame.byteLength; length++)
      expect(code(() => decodeFrame(frame.slice(0, length)))).toBe('file_malformed')
    expect(code(() => decodeFrame(new Uint8Array([255, 255, 255, 255, 123, 125, 32, 32])))).toBe(
      'file_malformed',
    )
    expect(code(() => decodeFrame(new Uint8Array([4, 0, 0, 0, 1, 2, 3, 4])))).toBe('file_malformed')
  })
})
