import { expect, it } from 'vitest'
import { DEFAULT_FIELD_OF_VIEW, fieldOfView, intrinsicsFromFieldOfView } from '../../shared/camera'
import { Optics } from './optics.svelte'
import { memoryPlatform } from './settings'

const size = { width: 640, height: 480 }

it('assumes a camera, remembers the stated one by folder, and scales it with the photo', () => {
  const { settings } = memoryPlatform()
  let folder = '/a'
  const open = (): Optics => new Optics(settings, () => folder)
  const optics = open()
  expect(fieldOfView(optics.of(size), 640)).toBeCloseTo(DEFAULT_FIELD_OF_VIEW, 9)
  expect(optics.stated).toBe(false)
  optics.set(size, { fx: 500, fy: 510, cx: 300, cy: 240 })
  const again = open()
  expect(again.stated).toBe(true)
  expect(again.of({ width: 320, height: 240 })).toEqual({ fx: 250, fy: 255, cx: 150, cy: 120 })
  folder = '/b'
  expect(again.stated).toBe(false)
  folder = '/a'
  again.set(size, null)
  expect(open().of(size)).toEqual(intrinsicsFromFieldOfView(size, DEFAULT_FIELD_OF_VIEW))
})

it('takes nothing that is no camera from the settings', () => {
  const { settings } = memoryPlatform()
  settings.set('camera./a', { fx: -1, fy: 1, cx: 0, cy: 0 })
  expect(new Optics(settings, () => '/a').stated).toBe(false)
})
