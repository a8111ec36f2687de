import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fakePredictions } from '../../test/support/fake-predictions'
import { makeDataset } from '../../test/support/make-dataset'
import { temporaryFolder } from '../../test/support/temporary'
import type { ServerEvent } from '../shared/contract'
import { readTile } from '../shared/edit'
import { Services } from './services'

async function opened(): Promise<{
  root: string
  services: Services
  files: Extract<ServerEvent, { type: 'files' }>[]
}> {
  const root = await makeDataset(await temporaryFolder())
  const services = new Services(fakePredictions())
  onTestFinished(() => services.dispose())
  await services.openDataset(root)
  const files: Extract<ServerEvent, { type: 'files' }>[] = []
  services.events.subscribe((event) => void (event.type === 'files' && files.push(event)))
  return { root, services, files }
}

it('tells of labels that another program wrote, added and removed', async () => {
  const { root, services, files } = await opened()
  const { dataset } = services.workspace
  await copyFile(join(root, 'segmentation/b.png'), join(root, 'segmentation/a.png'))
  await rm(join(root, 'depth/c.npy'))
  await vi.waitFor(() => expect(files.flatMap(({ samples }) => samples).sort()).toEqual(['a', 'c']), 5000)
  expect(files.some(({ list }) => list)).toBe(false)
  expect(dataset.hasLabel('c', 'depth')).toBe(false)
  expect(await dataset.readLabel('a', 'semseg')).toEqual(await dataset.readLabel('b', 'semseg'))
  await copyFile(join(root, 'depth/b.npy'), join(root, 'depth/c.npy'))
  await vi.waitFor(() => expect(dataset.hasLabel('c', 'depth')).toBe(true), 5000)
})

it('tells when the folder holds other samples than its list', async () => {
  const { root, files } = await opened()
  await writeFile(join(root, 'gt_sets/val.txt'), 'c\nd\n')
  await vi.waitFor(() => expect(files).toEqual([{ type: 'files', samples: [], list: true }]), 5000)
})

it('keeps corrections of a label that was changed below them, and says so', async () => {
  const { root, services, files } = await opened()
  const { project } = services.workspace
  const { map } = await project.read('a', 'semseg')
  map.data[0] = map.data[0] === 3 ? 4 : 3
  const tiles = [{ tx: 0, ty: 0, bytes: readTile(map, { tx: 0, ty: 0 }) }]
  await project.edit('a', { id: '1', label: 'x', maps: [{ task: 'semseg', baseRevision: 0, tiles }] })
  await copyFile(join(root, 'segmentation/b.png'), join(root, 'segmentation/a.png'))
  await vi.waitFor(() => expect(files).toHaveLength(1), 5000)
  const after = await project.read('a', 'semseg')
  expect(after.map).toEqual(map)
  expect(after.problems).toMatchObject([
    { message: expect.stringContaining('changed by another program') as string },
  ])
})
