import { AppError } from '../errors'

/** One field of a message; `fixed` values (floats) are only stepped over. */
export type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'fixed' }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array }

/** Far more than a large network has; a file of empty fields must not keep a reader busy for minutes. */
const MAX_FIELDS = 5_000_000

/**
 * Reads protobuf messages of one file by the wire format, without a schema. Nothing is copied: `bytes` are views.
 * Throws `bundle_invalid` on what no writer produces: a field that ends outside its message, an overlong number, a
 * group, field number 0.
 */
export class Protobuf {
  #left = MAX_FIELDS

  constructor(private readonly file: string) {}

  *fields(message: Uint8Array): Generator<Field> {
    const cursor = { at: 0 }
    while (cursor.at < message.length) {
      if (this.#left-- <= 0) throw this.malformed(`it has more than ${MAX_FIELDS} fields`)
      const tag = this.#varint(message, cursor)
      const number = Math.floor(tag / 8)
      if (number < 1 || tag > 0xffffffff) throw this.malformed(`it has a field with the number ${number}`)
      switch (tag % 8) {
        case 0:
          yield { number, kind: 'varint', value: this.#varint(message, cursor) }
          break
        case 1:
          yield { number, kind: 'fixed' }
          this.#step(message, cursor, 8)
          break
        case 2: {
          const length = this.#varint(message, cursor)
          const start = cursor.at
          this.#step(message, cursor, length)
          yield { number, kind: 'bytes', bytes: message.subarray(start, cursor.at) }
          break
        }
        case 5:
          yield { number, kind: 'fixed' }
          this.#step(message, cursor, 4)
          break
        default:
          throw this.malformed(`field ${number} has the wire type ${tag % 8}`)
      }
    }
  }

  /** The integers of a repeated field in either form: one varint, or packed bytes. */
  integers(field: Field): number[] {
    if (field.kind === 'varint') return [field.value]
    if (field.kind === 'fixed') throw this.malformed(`field ${field.number} holds no integers`)
    const values: number[] = []
    const cursor = { at: 0 }
    while (cursor.at < field.bytes.length) {
      if (this.#left-- <= 0) throw this.malformed(`it has more than ${MAX_FIELDS} fields`)
      values.push(this.#varint(field.bytes, cursor))
    }
    return values
  }

  /** The bytes of a message or string field. */
  bytes(field: Field): Uint8Array {
    if (field.kind === 'bytes') return field.bytes
    throw this.malformed(`field ${field.number} holds no message`)
  }

  text(field: Field): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(field))
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw this.malformed(`field ${field.number} is not UTF-8`)
    }
  }

  integer(field: Field): number {
    if (field.kind === 'varint') return field.value
    throw this.malformed(`field ${field.number} holds no integer`)
  }

  malformed(found: string): AppError {
    return new AppError(
      'bundle_invalid',
      `${this.file} is not a sound ONNX file: ${found}; export the bundle again`,
    )
  }

  #step(message: Uint8Array, cursor: { at: number }, length: number): void {
    cursor.at += length
    if (cursor.at > message.length) throw this.malformed('a field ends outside its message')
  }

  /** As a double: exact up to 2^53; negative int64 values come as numbers near 2^64. */
  #varint(message: Uint8Array, cursor: { at: number }): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 10; count++, scale *= 128) {
      const byte = message[cursor.at++]
      if (byte === undefined) throw this.malformed('it ends inside a number')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw this.malformed('a number has more than ten bytes')
  }
}
