import type { Source } from '../../shared/contract'
import { planeOfGrid } from '../../shared/selection/from-map'
import type { GestureHost } from './gesture-context'
import type { Painter, PainterParts } from './painter.svelte'

/** What tools and operations may ask of the editor; `shown` names the pane's map when it is not the layer stack. A sample must be open. */
export function hostOf(painter: Painter, parts: PainterParts, shown: Source | null): GestureHost {
  const { workspace, view, stack, limits, notices, camera, attention, optics } = parts
  const size = workspace.document!.detail
  return {
    size,
    scale: camera.pose.scale,
    tasks: view.tasks,
    brush: { size: painter.brush.size, shape: painter.brush.shape, pressure: painter.brush.pressure },
    selectMode: painter.selectMode,
    choices: painter.choices,
    get selection() {
      return painter.gestures.selection
    },
    photo: workspace.document!.photo,
    attention: () => {
      const map = attention()
      return map && planeOfGrid(map.data, map.header, size)
    },
    intrinsics: optics.of(size),
    setIntrinsics: (camera) => optics.set(size, camera),
    cloneSource: () => painter.cloneSource,
    setCloneSource: (cell) => {
      painter.cloneSource = cell
    },
    valueOf: (task) => painter.paint.of(task),
    setValue: (task, value) => painter.paint.set(task, value),
    lockedIn: (task) => limits.lockedIn(task),
    // Under interventions the prediction one sees, and takes, is the one they give.
    map: (task, source) =>
      (source === 'prediction' ? workspace.document?.get(task, 'intervened') : undefined) ??
      workspace.document?.get(task, source),
    isCut: (task) => workspace.document?.get(task, 'intervened') !== undefined,
    shown: (task) =>
      shown ? [shown] : stack.drawn(task).flatMap(({ source }) => (source === 'photo' ? [] : [source])),
    barrier: () => limits.edges((task, source) => workspace.document?.get(task, source)),
    say: (message) => notices.push('info', message),
  }
}
