/** 8-bit sRGB, interleaved, row-major, y down. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array<ArrayBuffer>
}
