import { expect, it } from 'vitest'
import { Latest } from './latest'

/** Answers when told to. */
function slow(): { latest: Latest<number>; asked: number[]; aborted: number[]; next: () => Promise<void> } {
  const [asked, aborted, waiting]: [number[], number[], (() => void)[]] = [[], [], []]
  const latest = new Latest<number>((question, signal) => {
    asked.push(question)
    signal.addEventListener('abort', () => aborted.push(question))
    return new Promise((resolve) => waiting.push(resolve))
  })
  const next = async (): Promise<void> => {
    waiting.shift()?.()
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  return { latest, asked, aborted, next }
}

it('skips what is asked in between and answers the last question', async () => {
  const { latest, asked, aborted, next } = slow()
  for (const question of [1, 2, 3, 4]) latest.ask(question)
  expect(asked).toEqual([1])
  expect(latest.waiting).toBe(true)
  await next()
  expect(asked).toEqual([1, 4])
  expect(latest.waiting).toBe(false)
  await next()
  expect(asked).toEqual([1, 4])
  expect(aborted).toEqual([])
})

it('answers nothing that was dropped, and what is asked after it at once', async () => {
  const { latest, asked, aborted, next } = slow()
  latest.ask(1)
  latest.ask(2)
  latest.drop()
  expect(latest.waiting).toBe(false)
  expect(aborted).toEqual([1])
  latest.ask(3)
  expect(asked).toEqual([1, 3])
  await next()
  await next()
  expect(asked).toEqual([1, 3])
})
