import { mount } from 'svelte'
import App from '../../../src/renderer/App.svelte'
import { Editor } from '../../../src/renderer/editor/editor.svelte'
import { HISTORY_BYTES } from '../../../src/renderer/editor/histories.svelte'
import '../../../src/renderer/theme/base.css'
import '../../../src/renderer/theme/floating.css'
import { TASK_IDS, type TaskId } from '../../../src/shared/tasks'
import { LargeClient } from './large-client'
import { manyStrokes, paint, steadiness, stroke, undo } from './measure'

/** The real window on one synthetic sample; the address says how large: `?width=3840&height=2160&tasks=6`. */
const wanted = new URLSearchParams(location.search)
const size = { width: Number(wanted.get('width')), height: Number(wanted.get('height')) }
const tasks: readonly TaskId[] = TASK_IDS.slice(0, Number(wanted.get('tasks')))

/** A photo with detail everywhere; beyond 4096 a side it is a smaller one that is shown larger. */
async function drawPhoto(): Promise<string> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.min(4096, size.width)
  canvas.height = Math.min(4096, size.height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  for (let y = 0; y < canvas.height; y += 16)
    for (let x = 0; x < canvas.width; x += 16) {
      context.fillStyle = `hsl(${(x * 7 + y * 3) % 360} 30% ${30 + ((x ^ y) % 40)}%)`
      context.fillRect(x, y, 16, 16)
    }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9))
  if (!blob) throw new Error('no photo')
  return URL.createObjectURL(blob)
}

const editor = new Editor(new LargeClient(size, tasks, await drawPhoto()))
const target = document.getElementById('app')
if (target) mount(App, { target, props: { editor } })

const bench = {
  budget: HISTORY_BYTES,
  stroke,
  paint,
  steadiness,
  undo: (task: TaskId, count: number) => undo(editor, task, count),
  manyStrokes: (task: TaskId, count: number) => manyStrokes(editor, task, count),
  setClass: (index: number) => editor.setActiveClass(index),
  setBrush: (diameter: number) => editor.setBrushSize(diameter),
  run: (command: string) => editor.run(command),
  showEveryLayer: (task: TaskId) => {
    for (const { source } of editor.layersOf(task)) editor.setVisible(task, source, true)
  },
}
export type Bench = typeof bench
declare global {
  interface Window {
    bench: Bench
  }
}
window.bench = bench
