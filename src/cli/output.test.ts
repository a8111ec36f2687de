import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { interruptSignal } from './output'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('takes repeats of one Ctrl-C as one and ends at a later one', () => {
  vi.useFakeTimers()
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  const before = process.listeners('SIGINT')
  const signal = interruptSignal()
  const [interrupt] = process.listeners('SIGINT').filter((listener) => !before.includes(listener))
  if (!interrupt) throw new Error('nobody listens to Ctrl-C')
  onTestFinished(() => {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  })
  expect(signal.aborted).toBe(false)
  for (let repeat = 0; repeat < 3; repeat++) interrupt('SIGINT')
  expect(signal.aborted).toBe(true)
  expect(exit).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1500)
  interrupt('SIGINT')
  expect(exit).toHaveBeenCalledWith(1)
})
