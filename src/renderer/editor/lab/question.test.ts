import { expect, it } from 'vitest'
import { Question } from './question.svelte'

/** Lets every promise that is settled be heard. */
async function turn(): Promise<void> {
  for (let at = 0; at < 10; at++) await Promise.resolve()
}

it('is busy until the newest answer is here', async () => {
  const waiting: (() => void)[] = []
  const question = new Question<number, string>(
    (_sample, request) => new Promise((resolve) => waiting.push(() => resolve(`answer ${request}`))),
  )
  question.ask('one', 1)
  question.ask('one', 2)
  expect(question.busy).toBe(true)
  waiting.shift()?.()
  await turn()
  expect([question.shown?.answer, question.busy]).toEqual(['answer 1', true])
  waiting.shift()?.()
  await turn()
  expect([question.shown?.answer, question.busy]).toEqual(['answer 2', false])
})

it('stays busy when the answer before the newest was a failure', async () => {
  const waiting: (() => void)[] = []
  const question = new Question<number, string>(
    (_sample, request) =>
      new Promise((resolve, reject) =>
        waiting.push(() => (request === 1 ? reject(new Error('gone')) : resolve('here'))),
      ),
  )
  question.ask('one', 1)
  question.ask('one', 2)
  waiting.shift()?.()
  await turn()
  expect([question.problem?.message, question.busy]).toEqual([expect.stringContaining('gone'), true])
  waiting.shift()?.()
  await turn()
  expect([question.problem, question.shown?.answer, question.busy]).toEqual([null, 'here', false])
})
