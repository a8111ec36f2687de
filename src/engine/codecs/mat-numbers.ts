import { AppError } from '../../shared/errors'
import { malformed, type MatElement, type MatSource } from './mat-elements'
import { MAT_TYPES, NUMERIC, TEXT_TYPES, type MatData, type MatTextType, type MatType } from './mat-values'

/**
 * The numbers of an element as an array of `type`, and the type they are stored in. Throws `file_malformed` when there
 * are not `count` of them or one does not fit `type`.
 */
export function decodeNumeric(
  source: MatSource,
  element: MatElement,
  type: MatType,
  count: number,
): { data: MatData; storage: MatType } {
  const { file } = source
  const storage = MAT_TYPES.find((name) => NUMERIC[name].code === element.type)
  if (!storage) throw malformed(file, `numbers are stored in elements of type ${element.type}`)
  const bytes = element.end - element.start
  const width = NUMERIC[storage].make(0).BYTES_PER_ELEMENT
  if (bytes !== count * width)
    throw malformed(file, `${count} numbers of type ${storage} are declared in ${bytes} bytes`)
  const stored = NUMERIC[storage].make(count)
  const raw = new Uint8Array(stored.buffer)
  raw.set(source.bytes.subarray(element.start, element.end))
  if (!source.littleEndian && width > 1)
    for (let at = 0; at < bytes; at += width) raw.subarray(at, at + width).reverse()
  const data = storage === type ? stored : convert(stored, type)
  if (!data) throw malformed(file, `a number stored as ${storage} does not fit its class ${type}`)
  return { data, storage }
}

/** The same numbers in another type; null when one of them is not representable in it. */
export function convert(values: MatData, type: MatType): MatData | null {
  const out = NUMERIC[type].make(values.length)
  if (isBig(values) || isBig(out)) return convertBig(values, out)
  out.set(values)
  for (let i = 0; i < out.length; i++) if (!Object.is(out[i], values[i])) return null
  return out
}

function convertBig(values: MatData, out: MatData): MatData | null {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!isBig(out)) out[i] = Number(value)
    else if (typeof value === 'bigint' || Number.isInteger(value)) out[i] = BigInt(value)
    else return null
    // Beyond 2^53 a double stands for many whole numbers, so both are compared as whole numbers.
    if (!Number.isInteger(Number(out[i])) || BigInt(out[i]!) !== BigInt(value)) return null
  }
  return out
}

function isBig(values: MatData): values is BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer> {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
}

/** A text of one character per code unit (or UTF-8), and the type it is stored in. */
export function decodeText(source: MatSource, element: MatElement): { text: string; storage: MatTextType } {
  const { file, view, littleEndian } = source
  const { start, end, type } = element
  if (type === TEXT_TYPES.utf8) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        source.bytes.subarray(start, end),
      )
      return { text, storage: 'utf8' }
    } catch (cause) {
      throw new AppError('file_malformed', `${file} holds a text that is not UTF-8`, undefined, { cause })
    }
  }
  const storage = TEXT_STORAGE.find((name) => TEXT_TYPES[name] === type)
  if (!storage) throw malformed(file, `a text is stored in an element of type ${type}`)
  const width = storage === 'uint16' || storage === 'utf16' ? 2 : 1
  if ((end - start) % width !== 0) throw malformed(file, `a text has ${end - start} bytes`)
  const units: string[] = []
  for (let at = start; at < end; at += width)
    units.push(String.fromCharCode(width === 2 ? view.getUint16(at, littleEndian) : view.getUint8(at)))
  return { text: units.join(''), storage }
}
const TEXT_STORAGE = ['int8', 'uint8', 'uint16', 'utf16'] as const
