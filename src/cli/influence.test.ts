import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../test/support/temporary'
import { openBundle } from '../engine/predictions/bundle'
import { run } from './influence'
import { EXIT } from './output'

const TINY = resolve(import.meta.dirname, '../../test/fixtures/tiny-bundle')

describe('influence', () => {
  it('prints the contract as one JSON document, writes the report, and ends with 4 when samples were skipped', async () => {
    const root = await temporaryFolder()
    vi.stubEnv('MQ_STUDIO_CACHE', join(root, 'cache'))
    await mkdir(join(root, 'data/images'), { recursive: true })
    await mkdir(join(root, 'data/gt_sets'))
    for (const id of ['small', 'broken'])
      await cp(join(TINY, 'oracle/small.png'), join(root, `data/images/${id}.png`))
    await truncate(join(root, 'data/images/broken.png'), 300)
    await writeFile(join(root, 'data/gt_sets/val.txt'), 'small\nbroken\n')
    const printed: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const out = join(root, 'out')
    const code = await run([join(root, 'data'), '--model', TINY, '--split', 'val', '--out', out, '--json'])
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    expect(code).toBe(EXIT.skipped)
    const report: unknown = JSON.parse(printed.join(''))
    expect(report).toEqual(JSON.parse(await readFile(join(out, 'influence.json'), 'utf8')))
    expect(report).toMatchObject({
      samples: 1,
      split: 'val',
      mode: 'renormalise',
      skipped: [{ sample: 'broken' }],
    })
    const several = <T>(length: number, one: T): T[] => Array.from({ length }, () => one)
    const cube = (tasks: number, scales: number): unknown =>
      several(tasks, several(tasks, several<unknown>(scales, expect.any(Number))))
    const { card } = await openBundle(TINY)
    expect(report).toMatchObject({
      tasks: card.tasks.map(({ id }) => id),
      scales: card.scales.map(({ stride }) => ({ stride })),
      metric: { depth: { unit: 'm' } },
      effect: cube(card.tasks.length, card.scales.length),
      attention: cube(card.tasks.length, card.scales.length),
    })
  })

  it.each([
    [['x'], '--model is missing'],
    [['--model', 'x'], 'the data-set folder is missing'],
    [['x', '--model', 'y', '--mode', 'z'], '--mode "z" is not one of renormalise, remove'],
    [['x', '--model', 'y', '--mode', 'remove', '--interventions', 'z'], 'leave --mode and --labels out'],
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toMatchObject({ code: 'bad_arguments' })
    await expect(run(args)).rejects.toThrow(message)
  })
})
