import { problemFrom } from '../../../shared/errors'
import { setNormals } from '../../../shared/normals/set'
import { normalOfPoints } from '../../../shared/normals/three-points'
import { cellFromImage, type CellPoint, type ImagePoint } from '../../../shared/space'
import { asScalar, editNormals } from '../operations/dense'
import { DEPTH_SOURCE_PARAM } from '../operations/params'
import { formatValue } from '../values'
import { defineTool, type OverlayShape, type PointerSample, type ToolGesture } from './tool'

/** The direction of the plane through the depth at three clicked pixels: painted next, and filled into the selection. */
export const threePoints = defineTool({
  id: 'three-points',
  label: 'Normal from three points of the depth',
  title: 'Three points',
  hint: 'Click three points of one flat surface. Their depths give the direction to paint; a selection is filled with it.',
  icon: 'three-points',
  key: 'u',
  group: 'draw',
  kinds: ['vector'],
  edits: true,
  params: {
    source: DEPTH_SOURCE_PARAM,
    fill: { kind: 'switch', label: 'Fill the selection', initial: true },
  },
  needs: ({ values }) => [{ task: 'depth', source: values.source }],
  begin(context, sample): ToolGesture | null {
    const { source, fill } = context.values
    const depth = asScalar(context.map(source, 'depth'))
    const points: ImagePoint[] = []
    let at: ImagePoint = sample

    const add = (point: PointerSample): boolean => {
      const { x, y } = cellFromImage(point)
      const known =
        x >= 0 && y >= 0 && x < depth.width && y < depth.height && depth.data[y * depth.width + x]! > 0
      if (known) points.push({ x: x + 0.5, y: y + 0.5 })
      else context.say(`There is no depth at pixel ${x}, ${y}; choose another point.`)
      return points.length === 3
    }
    const apply = (): void => {
      const [a, b, c] = points.map(cellFromImage)
      if (!a || !b || !c) return
      const cells: [CellPoint, CellPoint, CellPoint] = [a, b, c]
      try {
        const direction = normalOfPoints(depth, context.host.intrinsics, cells)
        context.host.setValue(context.task.id, direction)
        context.say(`Direction ${formatValue(context.task, direction)}.`)
        if (!fill || !context.selection) return
        context.label('Normal from three points')
        editNormals(context, (map, mask) => setNormals(map, mask, direction))
      } catch (error) {
        context.say(problemFrom(error).message)
      }
    }
    add(sample)
    return {
      move: (samples) => {
        at = samples.at(-1) ?? at
      },
      press: add,
      back: () => points.pop() !== undefined && points.length > 0,
      finish: apply,
      overlay: (): OverlayShape[] => [
        { kind: 'path', points: points.length < 3 ? [...points, at] : points, closed: points.length > 1 },
        ...points.map((point) => ({ kind: 'point' as const, at: point })),
      ],
    }
  },
})
