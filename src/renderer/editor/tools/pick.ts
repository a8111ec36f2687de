import { cellFromImage } from '../../../shared/space'
import { valueAt } from '../values'
import { defineTool } from './tool'

export const pick = defineTool({
  id: 'pick',
  label: 'Pick the value under the cursor',
  title: 'Pick',
  hint: 'Takes the value under the cursor to paint with.',
  icon: 'pipette',
  key: 'i',
  group: 'look',
  paints: true,
  begin(context, sample) {
    const { x, y } = cellFromImage(sample)
    const { width, height } = context.size
    if (x < 0 || y < 0 || x >= width || y >= height) return null
    for (const source of [...context.host.shown(context.task.id)].reverse()) {
      const map = context.map(source)
      if (!map) continue
      context.host.setValue(context.task.id, valueAt(map, x, y))
      return null
    }
    return null
  },
})
