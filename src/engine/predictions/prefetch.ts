import { constants, setPriority } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { ChildQueue } from '../inference/child-queue'
import type { SpawnInference } from '../inference/spawn'

/** How long nothing may have been asked of the model before something is computed ahead. */
const QUIET_MS = 300

/**
 * Work on what will probably be asked for next, one piece at a time, in a child of its own with low priority: stopping it
 * takes nothing from the child that serves the user, and while nobody asks it ends and frees its memory.
 */
export class Prefetcher {
  #stop = new AbortController()
  #running: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly spawn: SpawnInference,
    private readonly busy: () => boolean,
  ) {}

  /** Runs `work` once the model is not in use; false when it was stopped or failed. A later call replaces an earlier one. */
  run(work: (queue: ChildQueue, signal: AbortSignal) => Promise<void>): Promise<boolean> {
    this.stop()
    const { signal } = (this.#stop = new AbortController())
    const running = this.#run(work, signal)
    this.#running = running
    return running
  }

  /** At once: the child is killed. */
  stop(): void {
    this.#stop.abort()
  }

  /** Stops, and resolves when its child is gone. */
  async dispose(): Promise<void> {
    this.stop()
    await this.#running
  }

  async #run(
    work: (queue: ChildQueue, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const queue = new ChildQueue(() => lowered(this.spawn()))
    try {
      do await setTimeout(QUIET_MS, undefined, { signal, ref: false })
      while (this.busy())
      await work(queue, signal)
      return true
    } catch {
      // Nobody waits for it; asked for in earnest it fails with its reason.
      return false
    } finally {
      await queue.dispose()
    }
  }
}

function lowered(child: ReturnType<SpawnInference>): ReturnType<SpawnInference> {
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It may have ended, or the system may not allow it; then it runs like any other.
  }
  return child
}
