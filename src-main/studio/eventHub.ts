import type { AppEvent, EventName, EventPayload } from '../contract/contract.ts'

type Listener = (event: AppEvent) => void

/** Tells every window of what happens. */
export class EventHub {
  private readonly listeners = new Set<Listener>()

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    // A copy: a listener may end its own subscription, and others must still hear.
    for (const listener of [...this.listeners]) listener({ name, payload } as AppEvent)
  }
}
