import type { MapStyle } from '../../src/shared/colour'
import { BOUNDARY_LUT } from '../../src/shared/palette'

export const PLAIN_STYLE: MapStyle = {
  classes: new Uint32Array(256),
  window: { min: 0, max: 10 },
  probability: BOUNDARY_LUT,
}
