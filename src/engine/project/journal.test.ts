import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEdit, encodeHeader, parseJournal, type JournalEdit, type JournalHeader } from './journal'

const header: JournalHeader = {
  format: 1,
  kind: 'class',
  width: 100,
  height: 70,
  base: 4,
  from: 'original',
  original: 'ab',
}

const anyTile = fc.record({
  tx: fc.nat(1),
  ty: fc.nat(1),
  bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
})
/** Edits with consecutive revisions after the header's. */
const anyEdits = fc
  .array(
    fc.record({
      gesture: fc.string(),
      label: fc.string({ unit: 'binary' }),
      tiles: fc.array(anyTile, { maxLength: 3 }),
    }),
    { maxLength: 6 },
  )
  .map((edits) =>
    edits.map((edit, index): JournalEdit => ({ ...edit, revision: 5 + index, time: '2026-01-01T00:00:00Z' })),
  )

const bytesOfJournal = (edits: readonly JournalEdit[]): Buffer =>
  Buffer.from(encodeHeader(header) + edits.map(encodeEdit).join(''))

describe('journal', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyEdits, (edits) => {
        const bytes = bytesOfJournal(edits)
        expect(parseJournal(bytes)).toEqual({ header, edits, validBytes: bytes.length, damage: null })
      }),
    )
  })

  it('cut off at any byte, gives the edits that were complete and no damage', () => {
    fc.assert(
      fc.property(anyEdits, fc.double({ min: 0, max: 1, noNaN: true }), (edits, part) => {
        const bytes = bytesOfJournal(edits)
        const cut = Math.floor(part * bytes.length)
        const read = parseJournal(bytes.subarray(0, cut))
        const complete = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1
        expect(read.damage).toBeNull()
        expect(read.edits).toEqual(edits.slice(0, Math.max(0, complete - 1)))
        expect(read.header).toEqual(complete > 0 ? header : null)
        expect(read.validBytes).toBeLessThanOrEqual(cut)
      }),
      { numRuns: 300 },
    )
  })

  it('with any byte changed, gives a prefix of the edits and says so', () => {
    fc.assert(
      fc.property(
        anyEdits,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        (edits, part, flip) => {
          const bytes = bytesOfJournal(edits)
          const at = Math.min(bytes.length - 1, Math.floor(part * bytes.length))
          bytes[at]! ^= flip
          const read = parseJournal(bytes)
          expect(read.edits).toEqual(edits.slice(0, read.edits.length))
          const lost = read.header === null || read.edits.length < edits.length
          // A changed last line end looks like a write that was cut off.
          if (lost && at < bytes.length - 1)
            expect(read.damage).toMatch(/^line \d+ of the journal is damaged/)
          expect(lost).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('does not accept a line that was left out', () => {
    const edits = [5, 6, 7].map((revision): JournalEdit => ({
      revision,
      gesture: '',
      label: '',
      time: '',
      tiles: [],
    }))
    const read = parseJournal(bytesOfJournal(edits.filter(({ revision }) => revision !== 6)))
    expect(read.edits.map(({ revision }) => revision)).toEqual([5])
    expect(read.damage).toContain('edit 7 instead of 6')
  })
})
