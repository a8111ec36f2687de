import { describe, expect, it } from 'vitest'
import { LayerStack } from './layers.svelte'
import { memoryPlatform } from './settings'
import { TestEditor } from './test-editor'

function stackOf({ settings } = memoryPlatform()): LayerStack {
  const stack = new LayerStack(settings)
  stack.setTasks(['semseg', 'depth'])
  for (const source of ['label', 'corrected', 'prediction'] as const)
    stack.setAvailable('semseg', source, true)
  return stack
}
const drawn = (stack: LayerStack): string[] => stack.drawn('semseg').map((layer) => layer.source)

describe('LayerStack', () => {
  it('starts with the corrected label over the photo', () => {
    expect(drawn(stackOf())).toEqual(['photo', 'corrected'])
  })

  it('moves a layer and keeps the orders dense', () => {
    const stack = stackOf()
    stack.move('semseg', 'prediction', 1)
    expect(stack.of('semseg').map(({ source, order }) => [source, order])).toEqual([
      ['photo', 0],
      ['prediction', 1],
      ['label', 2],
      ['corrected', 3],
    ])
  })

  it('moves a layer above another, or to the bottom', () => {
    const stack = stackOf()
    const order = (): string[] => stack.of('semseg').map(({ source }) => source)
    stack.moveAbove('semseg', 'photo', 'corrected')
    expect(order()).toEqual(['label', 'corrected', 'photo', 'prediction'])
    stack.moveAbove('semseg', 'prediction', null)
    expect(order()).toEqual(['prediction', 'label', 'corrected', 'photo'])
    stack.moveAbove('semseg', 'label', 'photo')
    expect(order()).toEqual(['prediction', 'corrected', 'photo', 'label'])
  })

  it('shows a solo layer alone in its own task', () => {
    const stack = stackOf()
    stack.toggleSolo('semseg', 'label')
    expect(drawn(stack)).toEqual(['label'])
    expect(stack.drawn('depth')).toEqual([])
    stack.setAvailable('depth', 'corrected', true)
    expect(stack.drawn('depth').map((layer) => layer.source)).toEqual(['corrected'])
    stack.toggleSolo('semseg', 'label')
    expect(drawn(stack)).toEqual(['photo', 'corrected'])
  })

  it('keeps opacity within 0 and 1 and does not draw what is transparent', () => {
    const stack = stackOf()
    stack.setOpacity('semseg', 'corrected', 7)
    expect(stack.get('semseg', 'corrected')?.opacity).toBe(1)
    stack.setOpacity('semseg', 'corrected', 0)
    expect(drawn(stack)).toEqual(['photo'])
  })

  it('keeps one opacity for areas and one for outlines', () => {
    const stack = stackOf()
    const corrected = (): unknown => {
      const { outlined, opacity } = stack.get('semseg', 'corrected')!
      return { outlined, opacity }
    }
    stack.setOpacity('semseg', 'corrected', 0.3)
    stack.toggleOutlines()
    expect(stack.allOutlined).toBe(true)
    expect(corrected()).toEqual({ outlined: true, opacity: 1 })
    stack.setOpacity('semseg', 'corrected', 0.8)
    stack.toggleOutlines()
    expect(corrected()).toEqual({ outlined: false, opacity: 0.3 })
    stack.setOutlined('semseg', 'corrected', true)
    expect(corrected()).toEqual({ outlined: true, opacity: 0.8 })
    expect(stack.allOutlined).toBe(false)
    expect(stack.get('semseg', 'photo')?.outlined).toBe(false)
  })

  it('keeps choices when the tasks are set again', () => {
    const stack = stackOf()
    stack.setVisible('semseg', 'photo', false)
    stack.setTasks(['semseg'])
    expect(stack.get('semseg', 'photo')?.visible).toBe(false)
    expect(stack.of('depth')).toEqual([])
  })

  it('are as they were left in the next window', () => {
    const platform = memoryPlatform()
    const stack = stackOf(platform)
    stack.setBlend('semseg', 'corrected', 'multiply')
    stack.setOpacity('semseg', 'label', 0.25)
    stack.setOutlined('semseg', 'label', true)
    stack.setVisible('depth', 'photo', true)
    stack.move('semseg', 'prediction', 0)
    stack.setLocked('semseg', 'corrected', true)
    stack.toggleSolo('depth', 'corrected')
    stack.toggleSolo('semseg', 'photo')
    const again = stackOf(platform)
    for (const task of ['semseg', 'depth'] as const) expect(again.of(task)).toEqual(stack.of(task))
    expect(again.solo).toBe('semseg/photo')
    again.setOutlined('semseg', 'label', false)
    expect(again.get('semseg', 'label')?.opacity).toBe(0.25)
    again.endSolo('semseg', 'label')
    expect(stackOf(platform).solo).toBe(null)
  })

  it('start anew where what was kept is no stack', () => {
    const platform = memoryPlatform()
    const stack = stackOf(platform)
    stack.setOpacity('semseg', 'photo', 0.5)
    const kept = platform.settings.get('layers.semseg') as { layers: object[]; solo: null }
    for (const layers of [[], kept.layers.slice(1), kept.layers.map(() => kept.layers[0])]) {
      platform.settings.set('layers.semseg', { layers, solo: null })
      expect(stackOf(platform).get('semseg', 'photo')).toMatchObject({ opacity: 1, order: 0 })
    }
  })
})

describe('sources in the editor', () => {
  const shown = (editor: TestEditor): string[] => editor.stack.drawn('semseg').map((layer) => layer.source)

  it('puts a new prediction on screen and goes back with the same key', async () => {
    const editor = await TestEditor.open()
    await editor.predict()
    expect(shown(editor)).toEqual(['photo', 'prediction'])
    expect(editor.prediction).toMatchObject({ running: false, seconds: 0.3, provider: 'cpu' })
    editor.run('layer.prediction')
    expect(shown(editor)).toEqual(['photo', 'corrected'])
    editor.run('layer.label')
    expect(shown(editor)).toEqual(['photo', 'label'])
  })

  it('falls back to the label on samples without a prediction and returns to predictions', async () => {
    const editor = await TestEditor.open()
    await editor.predict()
    await editor.openSample('two')
    expect(shown(editor)).toEqual(['photo', 'corrected'])
    await editor.openSample('one')
    expect(shown(editor)).toEqual(['photo', 'prediction'])
  })

  it('says why a prediction failed and offers to try again', async () => {
    const editor = await TestEditor.open()
    const { AppError } = await import('../../shared/errors')
    editor.fake.failures.predict = new AppError('inference_crashed', 'The model process died.')
    await editor.predict()
    expect(editor.prediction).toBeNull()
    expect(editor.notices.items.at(-1)).toMatchObject({ code: 'inference_crashed' })
    editor.fake.failures = {}
    editor.notices.items.at(-1)?.actions[0]?.run()
    await editor.settled()
    expect(shown(editor)).toEqual(['photo', 'prediction'])
  })

  it('is silent about a prediction the user cancelled', async () => {
    const editor = await TestEditor.open()
    const run = editor.predict()
    expect(editor.prediction?.running).toBe(true)
    editor.cancelPredict()
    await run
    expect(editor.prediction).toBeNull()
    expect(editor.notices.items).toEqual([])
  })
})
