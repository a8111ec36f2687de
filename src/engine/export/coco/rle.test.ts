import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../../test/support/python'
import { temporaryFolder } from '../../../../test/support/temporary'
import { IGNORE_CLASS, type ClassMap } from '../../../shared/maps'
import { classSegments, connectedSegments } from './components'
import { countsFrom, paintRuns, rleText, segmentsOf } from './rle'

/** Small class maps of few values, so that runs cross columns and regions touch at corners. */
const maps = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.constantFrom(0, 1, 2, IGNORE_CLASS), { minLength: width * height, maxLength: width * height })
      .map((values): ClassMap => ({ kind: 'class', width, height, data: Uint8Array.from(values) })),
  )

describe('run lengths', () => {
  it('give every pixel back, with area and box', () => {
    fc.assert(
      fc.property(maps, fc.boolean(), (map, components) => {
        const { ids } = components ? connectedSegments(map) : classSegments(map)
        const back = new Uint32Array(ids.length)
        for (const [id, { counts, area, bbox }] of segmentsOf(ids, map.width, map.height)) {
          expect(countsFrom(rleText(counts))).toEqual(counts)
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ids.length)
          paintRuns(counts, id, back, map.width, map.height)
          const own = [...ids.keys()].filter((i) => ids[i] === id)
          const [xs, ys] = [own.map((i) => i % map.width), own.map((i) => Math.floor(i / map.width))]
          expect(area).toBe(own.length)
          const [left, top] = [Math.min(...xs), Math.min(...ys)]
          expect(bbox).toEqual([left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1])
        }
        expect(back).toEqual(ids)
      }),
    )
  })

  it('are text that any count survives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 150_000_000 })), (counts) => {
        expect(countsFrom(rleText(counts))).toEqual(counts)
      }),
    )
  })

  it('refuse text that ends early or goes below zero', () => {
    expect(() => countsFrom('P')).toThrow('ends early')
    expect(() => countsFrom(rleText([1, 2, 3, -9]))).toThrow('below zero')
  })
})

describe('connected regions', () => {
  it('join over corners and are numbered in reading order', () => {
    const rows = ['0.1', '.0.', '11.']
    const data = Uint8Array.from(rows.join(''), (c) => (c === '.' ? IGNORE_CLASS : Number(c)))
    const { ids, classes } = connectedSegments({ kind: 'class', width: 3, height: 3, data })
    expect([...ids]).toEqual([1, 0, 2, 0, 1, 0, 3, 3, 0])
    expect(classes).toEqual([-1, 0, 1, 1])
  })
})

describe.skipIf(!pythonHas('numpy', 'scipy', 'pycocotools'))('against pycocotools and SciPy', () => {
  it('has the same text, area, box and regions', async () => {
    const cases = fc.sample(maps, { numRuns: 60, seed: 7 }).map((map) => {
      const { ids } = classSegments(map)
      const segments = [...segmentsOf(ids, map.width, map.height)].map(([id, { counts, area, bbox }]) => ({
        id,
        counts: rleText(counts),
        area,
        bbox,
      }))
      const regions = [...connectedSegments(map).ids]
      return { height: map.height, width: map.width, ids: [...ids], segments, regions }
    })
    const file = join(await temporaryFolder(), 'cases.json')
    await writeFile(file, JSON.stringify(cases))
    const checked = python(
      `import json, sys
import numpy as np
from pycocotools import mask
from scipy import ndimage
checked = 0
for case in json.load(open(sys.argv[1])):
    ids = np.array(case['ids']).reshape(case['height'], case['width'])
    assert {s['id'] for s in case['segments']} == set(np.unique(ids)) - {0}
    for s in case['segments']:
        own = np.asfortranarray((ids == s['id']).astype(np.uint8))
        rle = mask.encode(own)
        assert rle['counts'].decode() == s['counts'], (rle, s)
        assert int(mask.area(rle)) == s['area']
        assert list(mask.toBbox(rle)) == s['bbox'], (mask.toBbox(rle), s)
        assert (mask.decode({'size': list(ids.shape), 'counts': s['counts']}) == own).all()
        checked += 1
    regions = np.array(case['regions']).reshape(ids.shape)
    assert ((regions == 0) == (ids == 0)).all()
    for value in np.unique(ids[ids > 0]):
        labelled, n = ndimage.label(ids == value, structure=np.ones((3, 3)))
        pairs = set(zip(labelled[ids == value], regions[ids == value]))
        assert len(pairs) == n == len({b for _, b in pairs}), (ids, regions)
print(checked)`,
      file,
    )
    expect(Number(checked)).toBeGreaterThan(60)
  })
})
