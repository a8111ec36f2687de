import type { Operation } from '../operation'
import { alignDepthOperation } from './align'
import { cloneDepthOperation } from './clone'
import { fillDepthHoles } from './fill'
import { invalidateDepthOperation } from './invalidate'
import { depthPlane } from './plane'
import { raiseDepth, scaleDepth } from './rescale'
import { smoothDepthOperation } from './smooth'

/** What can be done to depth, in the order of the panel. */
export const DEPTH_OPERATIONS: readonly Operation[] = Object.freeze([
  raiseDepth,
  scaleDepth,
  depthPlane,
  fillDepthHoles,
  smoothDepthOperation,
  alignDepthOperation,
  cloneDepthOperation,
  invalidateDepthOperation,
])
