import type { ShapeKind } from '../../layout/spec'
import type { Builder } from '../build'
import { bookRow, bookStack } from './books'
import {
  bathtub,
  bookcase,
  cabinetRow,
  column,
  counter,
  kitchenSink,
  wallCabinet,
  wallShelf,
} from './cabinets'
import { dome, pendant } from './lamps'
import { blinds, door, window } from './openings'
import { curtain, pillow, rug, showerCurtain, towel } from './soft'
import { mirror, paper, picture, splashback, whiteboard } from './wall-things'

/** Every procedural object, by kind. */
export const SHAPES: Record<ShapeKind, (builder: Builder, daylight: boolean) => void> = {
  window,
  door,
  curtain,
  blinds,
  picture,
  mirror,
  whiteboard,
  rug,
  pillow,
  bookRow,
  bookStack,
  towel,
  showerCurtain,
  counter,
  kitchenSink,
  wallShelf,
  bookcase,
  pendant,
  dome,
  paper,
  column,
  cabinetRow,
  splashback,
  bathtub,
  wallCabinet,
}
