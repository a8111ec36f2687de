import { expect, it } from 'vitest'
import { isOwnPage, ORIGIN } from './origin'

it('tells pages of this program from everything else', () => {
  for (const own of [ORIGIN, `${ORIGIN}/`, `${ORIGIN}/assets/index.js?x#y`]) expect(isOwnPage(own)).toBe(true)
  const others = [
    'mq://studio.example/',
    'mq://other/',
    'file:///etc/hosts',
    'data:text/html,x',
    'about:blank',
  ]
  for (const other of [...others, 'https://studio/', '']) expect(isOwnPage(other)).toBe(false)
})
