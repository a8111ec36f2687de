import type { Operation } from '../operation'
import { estimateCamera } from './estimate-camera'
import { flipNormalsOperation } from './flip'
import { normalsOfDepth } from './from-depth'
import { normalsPlane } from './plane'
import { smoothNormalsOperation } from './smooth'
import { invalidateNormalsOperation, renormaliseOperation } from './whole'

/** What can be done to normals, in the order of the panel. */
export const NORMALS_OPERATIONS: readonly Operation[] = Object.freeze([
  normalsOfDepth,
  normalsPlane,
  flipNormalsOperation,
  smoothNormalsOperation,
  renormaliseOperation,
  invalidateNormalsOperation,
  estimateCamera,
])
