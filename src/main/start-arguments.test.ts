import { expect, it } from 'vitest'
import { startArguments } from './start-arguments'

it('finds folder and model behind the program, the application and switches', () => {
  const nothing = { folder: null, model: null }
  expect(startArguments(['electron', '/app'], false)).toEqual(nothing)
  expect(startArguments(['mq-studio'], true)).toEqual(nothing)
  expect(startArguments(['mq-studio', 'rooms'], true)).toEqual({ folder: 'rooms', model: null })
  const both = { folder: 'rooms', model: 'bundle' }
  expect(startArguments(['electron', '/app', 'rooms', '--model', 'bundle'], false)).toEqual(both)
  const switches = ['--no-sandbox', '--remote-debugging-port=0']
  expect(startArguments(['electron', ...switches, '/app', '--model=bundle', 'rooms'], false)).toEqual(both)
})
