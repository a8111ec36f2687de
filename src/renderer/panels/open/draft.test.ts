import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { TaskInfo } from '../../../shared/contract'
import { datasetJsonSchema, type DatasetJson } from '../../../shared/dataset-json'
import type { Proposal } from '../../../shared/describe'
import { draftOf, jsonOf, newTask, nextTask } from './draft'

const proposal = (json: DatasetJson): Proposal => ({
  root: '/x',
  described: false,
  folders: [],
  lists: [],
  json,
})
const MODEL: TaskInfo[] = [
  {
    id: 'semseg',
    classes: ['wall', 'floor'],
    palette: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  },
  { id: 'depth', classes: null, palette: null },
]

describe('the form that describes a folder', () => {
  it('says what was proposed when nothing is changed', () => {
    const json: DatasetJson = {
      images: { dir: 'rgb', ext: ['jpg', 'jpeg'] },
      splits: 'lists',
      tasks: [
        {
          id: 'semseg',
          type: 'seg',
          dir: 's',
          ext: 'png',
          classes: ['a', 'b', 'c'],
          ignore: 0,
          encoding: { offset: -1 },
        },
        { id: 'depth', type: 'depth', dir: 'd', ext: 'png', encoding: { scale: 0.5, unit: 'mm' } },
        { id: 'normals', type: 'normals', dir: 'n', ext: 'npy' },
        { id: 'edge', type: 'edge', dir: 'e', ext: 'png', encoding: { scale: 1 } },
      ],
    }
    expect(v.parse(datasetJsonSchema, jsonOf(draftOf(proposal(json), []), []))).toEqual(json)
  })

  it('takes classes and colours from the open model, and its tasks where there are no labels', () => {
    const seg = { id: 'semseg', type: 'seg', dir: 's', ext: 'png', classes: ['class 0'] } as const
    const json: DatasetJson = {
      images: { dir: '.', ext: 'png' },
      tasks: [{ ...seg, classes: [...seg.classes] }],
    }
    expect(jsonOf(draftOf(proposal(json), MODEL), MODEL).tasks[0]).toMatchObject({
      classes: ['wall', 'floor'],
      palette: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    })
    const empty = draftOf(proposal({ images: { dir: '.', ext: 'png' }, tasks: [] }), MODEL)
    expect(empty.tasks.map(({ id, dir, ext }) => [id, dir, ext])).toEqual([
      ['semseg', 'labels/semseg', 'png'],
      ['depth', 'labels/depth', 'npy'],
    ])
    expect(v.is(datasetJsonSchema, jsonOf(empty, MODEL))).toBe(true)
    expect(nextTask(empty.tasks)).toBe('normals')
    expect(newTask('human_parts', MODEL).classes).toBe('class 0')
  })
})
