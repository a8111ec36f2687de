import { tensorOf } from '../../shared/card-graphs'
import type { TaskId } from '../../shared/tasks'
import type { Model, Values } from '../model'
import { floats, nameOf, value } from '../values'

type Floats = Float32Array<ArrayBuffer>

/**
 * Inner products of what the heads would add for each pixel of a task, by scale: (head, head, pixel). They are a graph
 * of their own, because a runtime computes every output of a graph, asked for or not.
 */
export async function encoderGrams(model: Model, task: TaskId, encoded: Values): Promise<readonly Floats[]> {
  const name = `contributions_${task}`
  const { inputs, outputs } = model.graph(name)
  const produced = model.graph('encoder').outputs
  const feeds = Object.fromEntries(
    inputs.map((input) => [
      input.name,
      value(encoded, tensorOf(produced, 'features', input.task, input.scale)),
    ]),
  )
  const values = await model.run(name, feeds, outputs.map(nameOf))
  return model.card.scales.map((_, scale) => floats(values, tensorOf(outputs, 'encoder_gram', task, scale)))
}
