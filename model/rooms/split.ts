import { roleModels, ROLES, type Role } from './models'
import { hash } from './random'

/** `train` and `val` rooms are furnished with the seen models, `test` rooms with the held-out ones. */
export type Split = 'train' | 'val' | 'test'

const HELD_OUT = 0.2

/**
 * Models a split may use for a role. About a fifth of each role, at least one where it has two or more, is held out:
 * the models whose hashed key sorts first. A role with a single model belongs to the seen side only, so the list for
 * `test` may be empty and the layout then leaves the role out.
 */
export function modelsFor(role: Role, split: Split): string[] {
  const sorted = roleModels(role).toSorted((a, b) => hash(a) - hash(b))
  const held = sorted.length < 2 ? 0 : Math.max(1, Math.round(sorted.length * HELD_OUT))
  return split === 'test' ? sorted.slice(0, held) : sorted.slice(held)
}

/** Every model a split may use. */
export function splitModels(split: Split): Set<string> {
  const roles = Object.keys(ROLES) as Role[]
  return new Set(roles.flatMap((role) => modelsFor(role, split)))
}
