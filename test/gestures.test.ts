import { bytesOf, cloneMap, type DenseMap } from '../src/shared/maps'
import { writeTile } from '../src/shared/edit'
import type { TaskId } from '../src/shared/tasks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEdit, encodeHeader, parseJournal } from '../src/engine/project/journal'
import { OPERATIONS } from '../src/renderer/editor/operations'
import type { FakeClient, TestEditor } from '../src/renderer/editor/test-editor'
import { TOOLS } from '../src/renderer/editor/tools'
import type { MapKind } from '../src/shared/maps'
import { TASKS } from '../src/shared/tasks'
import {
  applyLimit,
  openScene,
  PLAIN_USE,
  randomGesture,
  sceneClient,
  SCENE_TASKS,
  stateOf,
  useOperation,
  useTool,
  type RandomGesture,
  type SceneTask,
} from './support/gesture-scene'

const RUNS = 6
/** The same uses every time, so that "it did something" does not hang on luck; the mixed histories differ each time. */
const SEED = 7

/** The map that the journal of everything the editor sent gives, written and read as the engine does. */
function replayed(fake: FakeClient, task: TaskId): DenseMap {
  const map = cloneMap(sceneClient().corrected.get(`one/${task}`)!)
  const { kind, width, height } = map
  const header = { format: 1 as const, kind, width, height, base: 0, from: 'original' as const, original: '' }
  const sent = fake.sent.filter((edit) => edit.sample === 'one' && edit.task === task)
  const lines = sent.map(({ edit }, at) =>
    encodeEdit({ revision: at + 1, gesture: String(at), label: edit.label, time: '', tiles: edit.tiles }),
  )
  const journal = parseJournal(Buffer.from(encodeHeader(header) + lines.join('')))
  expect(journal.damage).toBeNull()
  expect(journal.edits).toHaveLength(sent.length)
  for (const { tiles } of journal.edits) for (const tile of tiles) writeTile(map, tile)
  return map
}

const same = (a: DenseMap, b: DenseMap): boolean => Buffer.compare(bytesOf(a), bytesOf(b)) === 0

/** Does the uses one after the other and holds the editor to its promises; returns how many of them left a step. */
async function check(
  uses: readonly { task: SceneTask; use: RandomGesture }[],
  perform: (editor: TestEditor, task: SceneTask, use: RandomGesture) => Promise<boolean>,
): Promise<number> {
  const fake = sceneClient()
  const editor = await openScene(fake)
  const length = (): number => editor.history.list.length
  const states = [stateOf(editor)]
  let steps = 0
  for (const { task, use } of uses) {
    applyLimit(editor, use.limit)
    if (length() === states.length) states.push(stateOf(editor))
    const before = stateOf(editor)
    const cancelled = await perform(editor, task, use)
    expect(editor.painter.painting).toBe(false)
    const after = stateOf(editor)
    // A step is recorded exactly when something changed, and a cancelled use changes nothing.
    if (cancelled) expect(after).toBe(before)
    expect(length() - states.length + 1).toBe(after === before ? 0 : 1)
    if (after === before) continue
    steps++
    states.push(after)
  }
  for (const state of states.slice(0, -1).reverse()) {
    await editor.history.travel(-1)
    expect(stateOf(editor)).toBe(state)
  }
  for (const state of states.slice(1)) {
    await editor.history.travel(1)
    expect(stateOf(editor)).toBe(state)
  }
  editor.history.travelTo(Math.floor(states.length / 2))
  await editor.history.travel(0)
  expect(stateOf(editor)).toBe(states[Math.floor(states.length / 2)])
  await editor.settled()
  expect(editor.sync.state).toBe('saved')
  for (const task of SCENE_TASKS) expect(same(replayed(fake, task), editor.map(task))).toBe(true)
  expect(editor.notices.items.filter(({ tone }) => tone === 'error')).toEqual([])
  return steps
}

const tasksOf = (kinds: readonly MapKind[]): SceneTask[] =>
  SCENE_TASKS.filter((task) => kinds.includes(TASKS[task].kind))

describe('apply and reverse give the same bytes back, and the journal replays to them', () => {
  for (const tool of TOOLS)
    it(`tool ${tool.id}`, async () => {
      const uses = fc.record({
        task: fc.constantFrom(...tasksOf(tool.kinds)),
        use: randomGesture(tool.params),
      })
      let steps = 0
      await fc.assert(
        fc.asyncProperty(fc.array(uses, { minLength: 1, maxLength: 4 }), async (sequence) => {
          steps += await check(sequence, (editor, task, use) => useTool(editor, tool.id, task, use))
        }),
        { numRuns: RUNS, seed: SEED },
      )
      // A tool that never did anything was not tested.
      if (tool.group !== 'look') expect(steps).toBeGreaterThan(0)
    })

  for (const operation of OPERATIONS)
    it(`operation ${operation.id}`, async () => {
      const uses = fc.record({
        task: fc.constantFrom(...tasksOf(operation.kinds)),
        use: randomGesture(operation.params),
      })
      // One that writes neither labels nor the selection leaves no step.
      const writes = operation.edits || operation.group === 'Selection'
      let steps = 0
      await fc.assert(
        fc.asyncProperty(fc.array(uses, { minLength: 1, maxLength: 4 }), async (sequence) => {
          const first = { task: sequence[0]!.task, use: PLAIN_USE }
          steps += await check([first, ...sequence], (editor, task, use) =>
            useOperation(editor, operation, task, use),
          )
        }),
        { numRuns: writes ? RUNS : 1, seed: SEED },
      )
      expect(steps > 0).toBe(writes)
    })

  it('all tools and tasks, mixed', async () => {
    const any = fc.constantFrom(...TOOLS).chain((tool) =>
      fc.record({
        id: fc.constant(tool.id),
        task: fc.constantFrom(...tasksOf(tool.kinds)),
        use: randomGesture(tool.params),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 4, maxLength: 10 }), async (uses) => {
        let at = 0
        await check(uses, (editor, task, use) => useTool(editor, uses[at++]!.id, task, use))
      }),
      { numRuns: 2 * RUNS },
    )
  })
})
