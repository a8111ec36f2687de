import { AppError } from '../../../shared/errors'
import { brush } from './brush'
import { accept, eraser } from './copy'
import { hand } from './hand'
import { pick } from './pick'
import type { Tool } from './tool'

/** Every tool, in the order of the rail. Adding one is a file and a line here. */
export const TOOLS: readonly Tool[] = Object.freeze([brush, eraser, accept, pick, hand])

/** A tool by id. Throws `internal` when there is none. */
export function toolById(id: string): Tool {
  const tool = TOOLS.find((one) => one.id === id)
  if (!tool) throw new AppError('internal', `there is no tool "${id}"`)
  return tool
}
