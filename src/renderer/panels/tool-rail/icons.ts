import Brush from '@lucide/svelte/icons/brush'
import Eraser from '@lucide/svelte/icons/eraser'
import Hand from '@lucide/svelte/icons/hand'
import Pipette from '@lucide/svelte/icons/pipette'
import Stamp from '@lucide/svelte/icons/stamp'
import Wrench from '@lucide/svelte/icons/wrench'
import type { Component } from 'svelte'

/** Icons of the tool table by name. */
const ICONS: Readonly<Record<string, Component>> = Object.freeze({
  brush: Brush,
  eraser: Eraser,
  hand: Hand,
  pipette: Pipette,
  stamp: Stamp,
})

/** The icon of a tool; a wrench for one that has none yet. */
export function iconOf(name: string): Component {
  return ICONS[name] ?? Wrench
}
