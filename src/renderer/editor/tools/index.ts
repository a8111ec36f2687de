import { AppError } from '../../../shared/errors'
import { acceptRegion } from './accept-region'
import { brush } from './brush'
import { accept, eraser } from './copy'
import { curve } from './draw/curve'
import { depthBrush } from './depth-brush'
import { eraseCurve } from './draw/erase-curve'
import { wireCurve } from './draw/wire-curve'
import { fill } from './fill'
import { hand } from './hand'
import { normalsBrush } from './normals-brush'
import { pick } from './pick'
import { lasso } from './select/lasso'
import { liveWire } from './select/live-wire'
import { polygon } from './select/polygon'
import { rectangle } from './select/rectangle'
import { superpixel } from './select/superpixel'
import { wand } from './select/wand'
import { threePoints } from './three-points'
import type { Tool } from './tool'

/** Every tool, in the order of the rail. Adding one is a file and a line here. */
export const TOOLS: readonly Tool[] = Object.freeze([
  brush,
  depthBrush,
  normalsBrush,
  eraser,
  accept,
  fill,
  acceptRegion,
  rectangle,
  lasso,
  polygon,
  wand,
  superpixel,
  liveWire,
  curve,
  wireCurve,
  eraseCurve,
  threePoints,
  pick,
  hand,
])

/** A tool by id. Throws `internal` when there is none. */
export function toolById(id: string): Tool {
  const tool = TOOLS.find((one) => one.id === id)
  if (!tool) throw new AppError('internal', `there is no tool "${id}"`)
  return tool
}
