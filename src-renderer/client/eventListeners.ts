import type { AppEvent, EventName } from '../../src-main/contract/contract.ts'

type Listener = (payload: never) => void

/** Who listens to which event. */
export class EventListeners {
  private readonly byName = new Map<EventName, Set<Listener>>()

  /** Returns a function that stops listening. */
  add(name: EventName, listener: Listener): () => void {
    const listeners = this.byName.get(name) ?? new Set()
    this.byName.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  emit({ name, payload }: AppEvent): void {
    for (const listener of this.byName.get(name) ?? []) listener(payload as never)
  }
}
