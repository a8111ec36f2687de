import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageFromScreen, screenFromImage } from '../../shared/space'
import { Camera } from './camera.svelte'

const PANE = { width: 800, height: 500 }

function fitted(width = 560, height = 425): Camera {
  const camera = new Camera()
  camera.setPane(PANE.width, PANE.height)
  camera.setImage(width, height)
  return camera
}

describe('Camera', () => {
  it('fits the whole photo into the pane, centred', () => {
    const { pose } = fitted()
    const topLeft = screenFromImage(pose, PANE, { x: 0, y: 0 })
    const bottomRight = screenFromImage(pose, PANE, { x: 560, y: 425 })
    expect(topLeft.x).toBeGreaterThan(0)
    expect(topLeft.y).toBeCloseTo(16, 9)
    expect(topLeft.x + bottomRight.x).toBeCloseTo(PANE.width, 9)
    expect(topLeft.y + bottomRight.y).toBeCloseTo(PANE.height, 9)
  })

  it('follows the pane while fitted and stays where the user put it', () => {
    const camera = fitted()
    const before = camera.pose.scale
    camera.setPane(400, 250)
    expect(camera.pose.scale).toBeLessThan(before)
    camera.actualPixels()
    camera.setPane(900, 900)
    expect(camera.pose.scale).toBe(1)
  })

  it('keeps its place on the next photo of the same size and fits one of another', () => {
    const camera = fitted()
    camera.place({ x: 30, y: 40, scale: 5 })
    camera.setImage(560, 425)
    expect(camera.pose).toEqual({ x: 30, y: 40, scale: 5 })
    camera.setImage(640, 480)
    expect(camera.fitted).toBe(true)
  })

  it('zooms about a point that stays where it is on screen', () => {
    const inside = fc.record({
      x: fc.double({ min: 200, max: 360, noNaN: true }),
      y: fc.double({ min: 150, max: 270, noNaN: true }),
    })
    fc.assert(
      fc.property(inside, fc.double({ min: 0.5, max: 4, noNaN: true }), (point, factor) => {
        const camera = fitted()
        const before = screenFromImage(camera.pose, PANE, point)
        camera.zoomAt(factor, point.x, point.y)
        const after = screenFromImage(camera.pose, PANE, point)
        // Clamping to the photo is allowed to move the centre; these points never reach it.
        expect(after.x).toBeCloseTo(before.x, 6)
        expect(after.y).toBeCloseTo(before.y, 6)
        const back = imageFromScreen(camera.pose, PANE, after)
        expect(back.x).toBeCloseTo(point.x, 6)
        expect(back.y).toBeCloseTo(point.y, 6)
      }),
    )
  })

  it('adds wheel steps up while a movement is under way', () => {
    const camera = fitted()
    const start = camera.pose.scale
    camera.animate = () => undefined
    camera.zoom(2)
    camera.zoom(2)
    expect(camera.pose.scale).toBe(start)
    expect(camera.goal.scale).toBeCloseTo(start * 4, 9)
    camera.step(camera.goal, true)
    expect(camera.pose.scale).toBeCloseTo(start * 4, 9)
  })
})
