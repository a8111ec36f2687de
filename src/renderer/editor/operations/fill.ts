import { channelsOf } from '../../../shared/maps'
import { maskSpans } from '../../../shared/mask'
import { describeValue } from '../values'
import { defineOperation } from './operation'

export const fill = defineOperation({
  id: 'fill',
  label: 'Fill with the painted value',
  hint: 'Gives every selected pixel the value that the brush paints.',
  group: 'Values',
  key: 'alt+backspace',
  run: (context) => {
    context.label(`Fill with ${describeValue(context.task, context.value)}`)
    context.edit((map, mask) => {
      const channels = channelsOf(map.kind)
      maskSpans(mask, (y, start, end) => {
        for (let x = start; x < end; x++) map.data.set(context.value, (y * map.width + x) * channels)
      })
    })
  },
})
