import { expect, it } from 'vitest'
import { FakeClient, TestEditor } from '../editor/test-editor'
import { captionOf } from './caption'
import { drawnLayers } from './shown'

it('states beside the share where the colours of a pane end, unless all panes share one end', async () => {
  const fake = new FakeClient()
  fake.predicted.add('one')
  const editor = await TestEditor.open(fake)
  editor.setMode('attention')
  editor.showAttention(Float32Array.from({ length: 12 }, (_, at) => (at === 5 ? 0.75 : 0)))
  editor.view.layout = 'grid'
  const pane = editor.view.panes.find(({ task }) => task === 'semseg')!
  expect(captionOf(editor, pane)).toMatchObject({ layer: '100 % of the pixel', scale: '0 to ≥75 % a cell' })
  editor.lab.heat.apart = false
  expect(captionOf(editor, pane).scale).toBeNull()
})

it('shows the prediction as the change of nothing, and says so', async () => {
  const fake = new FakeClient()
  fake.predicted.add('one')
  const editor = await TestEditor.open(fake)
  editor.setMode('attention')
  editor.lab.view = 'difference'
  await editor.settled()
  const pane = editor.view.panes.find(({ task }) => task === 'depth')!
  expect(drawnLayers(editor, pane).at(-1)?.picture).toMatchObject({ kind: 'map', source: 'prediction' })
  expect(captionOf(editor, pane).layer).toBe('Prediction, no interventions')
  editor.lab.toggleCut({ kind: 'taskLink', scale: null, source: 'semseg', target: 'depth', head: null })
  // Not predicted yet: nothing is shown as a change.
  expect(drawnLayers(editor, pane).map(({ picture }) => picture.kind)).toEqual(['photo'])
})
