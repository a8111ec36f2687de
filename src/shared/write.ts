import { AppError } from './errors'
import { channelsOf, type DenseMap } from './maps'
import { maskSpans, type Mask } from './mask'

/** Sets every selected pixel to `value`, one number per channel. */
export function fillMask(map: DenseMap, mask: Mask, value: readonly number[]): void {
  const channels = channelsOf(map.kind)
  const { data, width } = map
  maskSpans(mask, (y, start, end) => {
    const [from, to] = [(y * width + start) * channels, (y * width + end) * channels]
    if (channels === 1) data.fill(value[0] ?? 0, from, to)
    else for (let at = from; at < to; at++) data[at] = value[(at - from) % channels] ?? 0
  })
}

/** Takes over the selected pixels of `source`. Throws `size_mismatch` for a map of another kind or size. */
export function copyMask(map: DenseMap, mask: Mask, source: DenseMap): void {
  if (map.kind !== source.kind || map.width !== source.width || map.height !== source.height)
    throw new AppError(
      'size_mismatch',
      `a ${source.width}x${source.height} ${source.kind} map cannot be copied into a ${map.width}x${map.height} ${map.kind} map`,
    )
  const channels = channelsOf(map.kind)
  maskSpans(mask, (y, start, end) => {
    const [from, to] = [(y * map.width + start) * channels, (y * map.width + end) * channels]
    map.data.set(source.data.subarray(from, to), from)
  })
}
