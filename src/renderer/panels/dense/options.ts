import type { Component } from 'svelte'
import CameraRows from './CameraRows.svelte'
import DepthBrushRows from './DepthBrushRows.svelte'
import NormalsBrushRows from './NormalsBrushRows.svelte'
import ValueRows from './ValueRows.svelte'

/** Rows of the tools for depth and normals, by tool id. */
export const DENSE_TOOL_OPTIONS: Readonly<Record<string, Component>> = {
  'depth-brush': DepthBrushRows,
  'normals-brush': NormalsBrushRows,
  'three-points': CameraRows,
}

/** Rows of operations that take the painted value or the camera, by operation id. */
export const DENSE_OPERATION_OPTIONS: Readonly<Record<string, Component<{ onchange: () => void }>>> = {
  fill: ValueRows,
  'normals-from-depth': CameraRows,
  'normals-plane': CameraRows,
}
