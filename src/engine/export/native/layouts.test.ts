import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { correct, differingFiles, openWorkspace, runExport } from '../../../../test/support/export'
import { pythonFile, pythonHas } from '../../../../test/support/python'
import { temporaryFolder } from '../../../../test/support/temporary'
import { channelsOf, type DenseMap } from '../../../shared/maps'

const SCRIPT = fileURLToPath(new URL('../../../../test/fixtures/make-layouts.py', import.meta.url))
const LAYOUTS = ['nyudv2', 'nyud_mt', 'pascal', 'generic', 'plain'] as const

/** Changes three pixels of the first tile to a value the map has elsewhere or can hold anywhere. */
function edit(map: DenseMap): void {
  const channels = channelsOf(map.kind)
  const value = {
    class: [map.data[0] === 1 ? 0 : 1],
    scalar: [2.5],
    vector: [0, 0.6, 0.8],
    probability: [1],
  }[map.kind]
  for (const pixel of [2, 3, map.width + 5]) map.data.set(value, pixel * channels)
}

/** Largest difference outside and inside what was edited. */
function differences(before: DenseMap, wanted: DenseMap, found: DenseMap): [number, number] {
  const largest: [number, number] = [0, 0]
  for (let i = 0; i < wanted.data.length; i++) {
    const inside = before.data[i] === wanted.data[i] ? 0 : 1
    largest[inside] = Math.max(largest[inside], Math.abs(found.data[i]! - wanted.data[i]!))
  }
  return largest
}

describe.skipIf(!pythonHas('numpy', 'PIL', 'scipy'))('a folder that NumPy, Pillow and SciPy wrote', () => {
  it.each(LAYOUTS)(
    'in the layout %s comes out byte for byte, and with edits in those pixels alone',
    async (layout) => {
      const made = await temporaryFolder()
      pythonFile(SCRIPT, made, '--layouts', layout, '--width', '40', '--height', '30', '--count', '2')
      const root = join(made, layout)
      const workspace = await openWorkspace(root)
      const { dataset } = workspace
      const copy = join(await temporaryFolder(), 'copy')
      expect((await runExport(workspace, copy, { format: 'same' })).skipped).toEqual([])
      expect(differingFiles(root, copy)).toEqual(['Only in B: report.json'])

      const [id = ''] = Object.values(dataset.splits).flat()
      const edited = new Map<string, { before: DenseMap; wanted: DenseMap }>()
      for (const { id: task } of dataset.tasks) {
        const { map: before } = await dataset.readOrEmpty(id, task)
        // Human parts belong to persons: there they are edited by the tests of that format.
        if (task !== 'human_parts')
          edited.set(task, { before, wanted: await correct(workspace, id, task, edit) })
      }
      const out = join(await temporaryFolder(), 'out')
      const report = await runExport(workspace, out, { format: 'same' })
      expect(report.skipped).toEqual([])
      expect(report.changed).toBe(edited.size)
      const written = (await openWorkspace(out)).dataset
      for (const { id: task } of dataset.tasks) {
        const maps = edited.get(task)
        if (!maps) continue
        const [outside, inside] = differences(maps.before, maps.wanted, await written.readLabel(id, task))
        expect([task, outside]).toEqual([task, 0])
        expect(inside).toBeLessThanOrEqual(dataset.encodingTolerance(id, task) * (1 + 1e-5))
      }
      const changedFiles = report.corrections.map(({ file }) => `Files A/${file} and B/${file} differ`)
      const differing = differingFiles(copy, out).filter(
        (line) => !line.includes('report.json') && !line.startsWith('Only'),
      )
      expect(changedFiles).toEqual(expect.arrayContaining(differing))
    },
  )
})
