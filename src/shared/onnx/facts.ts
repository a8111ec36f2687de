import { Protobuf, type Field } from './protobuf'
import { quoted, readTensor, type ExternalTensor } from './tensor'

/** An input or output of the main graph. `type` and sizes are null where the file leaves them open. */
export interface OnnxValue {
  readonly name: string
  /** `TensorProto.DataType`; null when it is no dense tensor. */
  readonly type: number | null
  readonly shape: readonly (number | null)[] | null
}

/** What an ONNX file asks of a runtime, subgraphs (bodies of If, Loop, Scan) included. */
export interface OnnxFacts {
  /** Version of each imported operator set; the standard one has the domain ''. */
  readonly opsets: ReadonlyMap<string, number>
  /** Names of functions that the file defines itself. */
  readonly functions: readonly string[]
  /** Operators that are not ONNX's own, as `domain.Operator`. */
  readonly foreign: ReadonlySet<string>
  /** Without those that have an initializer, which old files list as inputs too. */
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly external: readonly ExternalTensor[]
}

/** Subgraphs in subgraphs; exporters write one or two. */
const MAX_DEPTH = 16
const MAX_FOREIGN = 5

/**
 * Walks an ONNX file's protobuf (field numbers: onnx/onnx.proto3), without a runtime and within bounds: time grows with
 * the number of fields, which is limited, and depth with that of subgraphs, which is too. Where parsers could differ
 * (a single message given twice, which protobuf merges) the file is refused. Throws `bundle_invalid`.
 */
export function onnxFacts(bytes: Uint8Array, file: string): OnnxFacts {
  return new Walk(file).model(bytes)
}

class Walk {
  readonly #proto: Protobuf
  readonly #opsets = new Map<string, number>()
  readonly #functions: string[] = []
  readonly #foreign = new Set<string>()
  readonly #external: ExternalTensor[] = []

  constructor(file: string) {
    this.#proto = new Protobuf(file)
  }

  model(bytes: Uint8Array): OnnxFacts {
    const once = this.#once('the model')
    let main: { inputs: OnnxValue[]; outputs: OnnxValue[] } | null = null
    for (const field of this.#proto.fields(bytes))
      switch (field.number) {
        case 7:
          once(field)
          main = this.#graph(this.#proto.bytes(field), 0)
          break
        case 8:
          this.#opset(field)
          break
        case 20:
          throw this.#proto.malformed('it holds graphs for training')
        case 25:
          this.#function(field)
      }
    if (!main) throw this.#proto.malformed('it has no graph')
    return {
      opsets: this.#opsets,
      functions: this.#functions,
      foreign: this.#foreign,
      external: this.#external,
      ...main,
    }
  }

  #graph(bytes: Uint8Array, depth: number): { inputs: OnnxValue[]; outputs: OnnxValue[] } {
    if (depth > MAX_DEPTH)
      throw this.#proto.malformed(`its graphs lie more than ${MAX_DEPTH} deep in each other`)
    const initialized = new Set<string>()
    const inputs: OnnxValue[] = []
    const outputs: OnnxValue[] = []
    for (const field of this.#proto.fields(bytes))
      switch (field.number) {
        case 1:
          this.#node(field, depth)
          break
        case 5:
          initialized.add(this.#tensor(field))
          break
        case 11:
          inputs.push(this.#value(field))
          break
        case 12:
          outputs.push(this.#value(field))
          break
        case 15:
          this.#sparse(field)
      }
    return { inputs: inputs.filter(({ name }) => !initialized.has(name)), outputs }
  }

  #node(field: Field, depth: number): void {
    let [operator, domain] = ['', '']
    for (const part of this.#proto.fields(this.#proto.bytes(field))) {
      if (part.number === 4) operator = this.#proto.text(part)
      else if (part.number === 5) this.#attribute(part, depth)
      else if (part.number === 7) domain = this.#proto.text(part)
    }
    if (domain !== '' && domain !== 'ai.onnx' && this.#foreign.size < MAX_FOREIGN)
      this.#foreign.add(`${domain}.${operator}`)
  }

  #attribute(field: Field, depth: number): void {
    const once = this.#once('an attribute')
    for (const part of this.#proto.fields(this.#proto.bytes(field))) {
      if ([5, 6, 22].includes(part.number)) once(part)
      if (part.number === 5 || part.number === 10) this.#tensor(part)
      else if (part.number === 6 || part.number === 11) this.#graph(this.#proto.bytes(part), depth + 1)
      else if (part.number === 22 || part.number === 23) this.#sparse(part)
    }
  }

  /** Only the name is kept: files with functions are refused as a whole. */
  #function(field: Field): void {
    for (const part of this.#proto.fields(this.#proto.bytes(field)))
      if (part.number === 1 && this.#functions.length < MAX_FOREIGN)
        this.#functions.push(this.#proto.text(part))
    if (this.#functions.length === 0) this.#functions.push('')
  }

  #opset(field: Field): void {
    let [domain, version] = ['', 0]
    for (const part of this.#proto.fields(this.#proto.bytes(field)))
      if (part.number === 1) domain = this.#proto.text(part)
      else if (part.number === 2) version = this.#proto.integer(part)
    const key = domain === 'ai.onnx' ? '' : domain
    if (this.#opsets.has(key)) throw this.#proto.malformed(`it imports the operators ${quoted(key)} twice`)
    this.#opsets.set(key, version)
  }

  #tensor(field: Field): string {
    const { name, external } = readTensor(this.#proto, this.#proto.bytes(field))
    if (external) this.#external.push(external)
    return name
  }

  #sparse(field: Field): void {
    const once = this.#once('a sparse tensor')
    for (const part of this.#proto.fields(this.#proto.bytes(field))) {
      if (part.number > 2) continue
      once(part)
      const { name, external } = readTensor(this.#proto, this.#proto.bytes(part))
      if (external)
        throw this.#proto.malformed(`sparse tensor ${quoted(name)} has its values in another file`)
    }
  }

  #value(field: Field): OnnxValue {
    const once = this.#once('a value')
    let value: OnnxValue = { name: '', type: null, shape: null }
    for (const part of this.#proto.fields(this.#proto.bytes(field)))
      if (part.number === 1) value = { ...value, name: this.#proto.text(part) }
      else if (part.number === 2) {
        once(part)
        value = { ...value, ...this.#type(part) }
      }
    return value
  }

  /** A TypeProto; only dense tensors have a type and a shape here. */
  #type(field: Field): Pick<OnnxValue, 'type' | 'shape'> {
    const once = this.#once('a type')
    let type: number | null = null
    let shape: (number | null)[] | null = null
    for (const kind of this.#proto.fields(this.#proto.bytes(field))) {
      if (kind.kind === 'bytes' && kind.number !== 6) once({ ...kind, number: 1 })
      if (kind.number !== 1) continue
      const onceShape = this.#once('a tensor type')
      for (const part of this.#proto.fields(this.#proto.bytes(kind)))
        if (part.number === 1) type = this.#proto.integer(part)
        else if (part.number === 2) {
          onceShape(part)
          shape = this.#shape(part)
        }
    }
    return { type, shape }
  }

  #shape(field: Field): (number | null)[] {
    const sizes: (number | null)[] = []
    for (const dim of this.#proto.fields(this.#proto.bytes(field))) {
      if (dim.number !== 1) continue
      let size: number | null = null
      for (const part of this.#proto.fields(this.#proto.bytes(dim)))
        if (part.number === 1) size = this.#proto.integer(part)
      sizes.push(size)
    }
    return sizes
  }

  /** Refuses the second occurrence of a field that may be given once. */
  #once(where: string): (field: Field) => void {
    const seen = new Set<number>()
    return ({ number }) => {
      if (seen.has(number)) throw this.#proto.malformed(`${where} gives field ${number} twice`)
      seen.add(number)
    }
  }
}
