import type { Mask } from '../../../shared/mask'
import { maskOfPeak, planeOfGrid } from '../../../shared/selection/from-map'
import type { Size } from '../../../shared/space'
import type { LabMap } from '../types'
import type { Lab, LabParts } from './lab.svelte'

/** The pixels of the photo where the map over the panes is at least a share of its largest value, while one chooses it. */
export class MapSelection {
  /** The preview is on. */
  open = $state(false)
  /** Percent of the largest value. */
  threshold = $state(50)

  constructor(
    private readonly lab: Lab,
    private readonly parts: Pick<LabParts, 'sample'>,
  ) {}

  /** What a selection is made of: the chosen query's map, else the sources of the traced pixel. */
  readonly map: LabMap | null = $derived.by(() =>
    this.lab.view === 'query' ? this.lab.queries.map : this.lab.heat.all,
  )
  readonly #plane: { readonly size: Size; readonly data: Float32Array } | null = $derived.by(() => {
    const size = this.parts.sample()
    const { map } = this
    return size && map && { size, data: planeOfGrid(map.data, { ...map.header }, size) }
  })
  readonly preview: Mask | null = $derived.by(() => {
    const plane = this.open ? this.#plane : null
    const mask = plane && maskOfPeak(plane.data, plane.size, this.threshold / 100)
    return mask?.bounds ? mask : null
  })
}
