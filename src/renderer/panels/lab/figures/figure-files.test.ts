import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../../../test/support/python'
import { html } from '../../../../shared/markup'
import type { Figure, Provenance } from './figure'
import { csvFile, npzFile, svgFile } from './figure-files'

const folder = mkdtempSync(join(tmpdir(), 'figure-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const figure: Figure = {
  name: 'between-tasks',
  title: 'Attention <between> "tasks" & scales',
  picture: { width: 100, height: 50, body: html`<rect width="10" height="10" />` },
  arrays: [
    {
      name: 'attention',
      axes: [
        { name: 'scale', labels: ['1/4', '1/8'] },
        { name: 'target', labels: ['a, "b"', '#c'] },
        { name: 'source', labels: ['x', 'y', 'z'] },
      ],
      unit: 'share',
      data: Float64Array.from({ length: 12 }, (_, i) => i / 7),
    },
    {
      name: 'total',
      axes: [{ name: 'task', labels: ['semseg', 'depth'] }],
      unit: 'm',
      data: Float64Array.of(1.5, -2),
    },
  ],
}
const provenance: Provenance = {
  figure: figure.title,
  model: { name: 'tiny </metadata>', hash: 'abcdef0123456789' },
  dataset: 'rooms',
  of: 'sample 0017',
  weighting: 'contribution',
  head: 'mean of 4 heads',
  interventions: [{ name: 'cut "depth" & more', enabled: true }],
  settings: { region: 'image' },
  program: 'MQ Studio 0.1.0',
  date: '2026-01-02T03:04:05.000Z',
}
const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe.skipIf(!pythonHas('numpy'))('the files of a figure, read by Python', () => {
  it('an npz gives every array in its shape, its axes and its provenance', () => {
    const script = `
import json, sys
import numpy as np
f = np.load(sys.argv[1])
p = json.loads(str(f['provenance']))
print(json.dumps([f['attention'].tolist(), f['total'].tolist(), p]))`
    const [attention, total, read] = JSON.parse(
      python(script, written('a.npz', npzFile(figure, provenance))),
    ) as [number[][][], number[], Record<string, unknown>]
    expect(attention[1]?.[0]?.[2]).toBe(8 / 7)
    expect(total).toEqual([1.5, -2])
    expect(read).toEqual({
      ...provenance,
      arrays: Object.fromEntries(figure.arrays.map(({ name, axes, unit }) => [name, { axes, unit }])),
    })
  })

  it('a CSV has one row a value with its places named', () => {
    const script = `
import csv, json, sys
lines = open(sys.argv[1], newline='').read().split('\\n')
comments = {l[2:].split(': ', 1)[0]: json.loads(l[2:].split(': ', 1)[1]) for l in lines if l.startswith('#')}
print(json.dumps([comments, list(csv.DictReader([l for l in lines if not l.startswith('#')]))]))`
    const [comments, rows] = JSON.parse(python(script, written('a.csv', csvFile(figure, provenance)))) as [
      unknown,
      Record<string, string>[],
    ]
    expect(comments).toEqual(provenance)
    expect(rows).toHaveLength(14)
    expect(rows[8]).toEqual({
      array: 'attention',
      scale: '1/8',
      target: 'a, "b"',
      source: 'z',
      task: '',
      value: String(8 / 7),
      unit: 'share',
    })
    expect(rows[13]).toMatchObject({ array: 'total', task: 'depth', scale: '', value: '-2' })
  })

  it('an SVG is well formed and holds its provenance, whatever names are made of', () => {
    const script = `
import sys
import xml.etree.ElementTree as E
r = E.parse(sys.argv[1]).getroot()
ns = '{http://www.w3.org/2000/svg}'
print(r.find(ns + 'metadata').text)
print(r.find(ns + 'title').text)`
    const [metadata, title] = python(script, written('a.svg', svgFile(figure, provenance)))
      .trim()
      .split('\n')
    expect(JSON.parse(metadata ?? '')).toEqual(provenance)
    expect(title).toBe(figure.title)
  })
})
