import type { ShapeKind } from '../../layout/spec.ts'
import type { Builder } from '../build.ts'
import { bookRow, bookStack } from './books.ts'
import { bathtub, bookcase, box, cabinetRow, column, counter, kitchenSink, wallCabinet, wallShelf } from './cabinets.ts'
import { dome, pendant } from './lamps.ts'
import { blinds, door, window } from './openings.ts'
import { curtain, pillow, rug, showerCurtain, towel } from './soft.ts'
import { mirror, paper, picture, splashback, whiteboard } from './wall-things.ts'

/** Every procedural object, by kind. */
export const SHAPES: Record<ShapeKind, (builder: Builder, daylight: boolean) => void> = {
  window, door, curtain, blinds, picture, mirror, whiteboard, rug, pillow, bookRow, bookStack, towel, showerCurtain,
  box, counter, kitchenSink, wallShelf, bookcase, pendant, dome, paper, column, cabinetRow, splashback, bathtub,
  wallCabinet,
}
