import { expect, it } from 'vitest'
import { FakeClient, TestEditor } from '../editor/test-editor'
import { captionOf } from './caption'

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
