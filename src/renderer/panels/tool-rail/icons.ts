import Brush from '@lucide/svelte/icons/brush'
import Compass from '@lucide/svelte/icons/compass'
import Eraser from '@lucide/svelte/icons/eraser'
import Hand from '@lucide/svelte/icons/hand'
import Mountain from '@lucide/svelte/icons/mountain'
import Pipette from '@lucide/svelte/icons/pipette'
import Stamp from '@lucide/svelte/icons/stamp'
import Triangle from '@lucide/svelte/icons/triangle'
import Wrench from '@lucide/svelte/icons/wrench'
import PaintBucket from '@lucide/svelte/icons/paint-bucket'
import CheckCheck from '@lucide/svelte/icons/check-check'
import SquareDashed from '@lucide/svelte/icons/square-dashed'
import Lasso from '@lucide/svelte/icons/lasso'
import VectorPolygon from '@lucide/svelte/icons/vector-polygon'
import WandSparkles from '@lucide/svelte/icons/wand-sparkles'
import Puzzle from '@lucide/svelte/icons/puzzle'
import Magnet from '@lucide/svelte/icons/magnet'
import LineSquiggle from '@lucide/svelte/icons/line-squiggle'
import Spline from '@lucide/svelte/icons/spline'
import Scissors from '@lucide/svelte/icons/scissors'
import type { Component } from 'svelte'

/** Icons of the tool table by name. */
const ICONS: Readonly<Record<string, Component>> = Object.freeze({
  fill: PaintBucket,
  'accept-region': CheckCheck,
  rectangle: SquareDashed,
  lasso: Lasso,
  polygon: VectorPolygon,
  wand: WandSparkles,
  superpixel: Puzzle,
  'live-wire': Magnet,
  curve: LineSquiggle,
  'wire-curve': Spline,
  'erase-curve': Scissors,
  brush: Brush,
  'depth-brush': Mountain,
  'normals-brush': Compass,
  'three-points': Triangle,
  eraser: Eraser,
  hand: Hand,
  pipette: Pipette,
  stamp: Stamp,
})

/** The icon of a tool; a wrench for one that has none yet. */
export function iconOf(name: string): Component {
  return ICONS[name] ?? Wrench
}
