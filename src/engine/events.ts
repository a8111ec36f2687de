import type { ServerEvent } from '../shared/contract'

/** What happened, to everyone who listens. */
export class Events {
  private readonly listeners = new Set<(event: ServerEvent) => void>()

  emit(event: ServerEvent): void {
    for (const listener of [...this.listeners]) listener(event)
  }

  /** Returns the disposer. */
  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}
