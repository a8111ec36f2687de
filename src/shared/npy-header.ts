/**
 * The start of an npy file, version 1.0, padded with spaces so that the elements begin at a multiple of 64 as numpy's
 * do (numpy.lib.format). `descr` is numpy's type string, e.g. `<f4`; `shape` in elements, slowest axis first unless
 * `fortranOrder`.
 */
export function npyHeader(
  descr: string,
  shape: readonly number[],
  fortranOrder = false,
): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${sizes}, }`
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64
  const out = new Uint8Array(length).fill(0x20)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  new DataView(out.buffer).setUint16(8, length - 10, true)
  out.set(new TextEncoder().encode(dict), 10)
  out[length - 1] = 0x0a
  return out
}
