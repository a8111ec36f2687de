import { expect, it } from 'vitest'
import { COMMANDS } from './commands'

it.each(COMMANDS)('$name explains every option that its usage names, and no other', async ({ load }) => {
  const { USAGE, OPTIONS } = await load()
  const named = [...USAGE.matchAll(/--([a-z-]+)/g)].map(([, name]) => name)
  expect(Object.keys(OPTIONS).sort()).toEqual(named.sort())
  for (const { help } of Object.values(OPTIONS)) expect(help).toMatch(/^\S.*[^.]$/)
})
