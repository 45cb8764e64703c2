import type { AppEvent, EventName, EventPayload } from '../contract/contract.ts'

type Listener = (event: AppEvent) => void

/** Tells every window of what happens. */
export class EventHub {
  private readonly listeners = new Set<Listener>()
  /** Notices from before the first window, which is told of them; undefined from then on. */
  private early: AppEvent[] | undefined = []

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    this.early?.forEach(listener)
    this.early = undefined
    return () => this.listeners.delete(listener)
  }

  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    const event = { name, payload } as AppEvent
    if (name === 'app:notice') this.early?.push(event)
    // A copy: a listener may end its own subscription, and others must still hear.
    for (const listener of [...this.listeners]) this.tell(listener, event)
  }

  /** A listener that throws belongs to a window that is gone; what it was told of goes on. */
  private tell(listener: Listener, event: AppEvent): void {
    try {
      listener(event)
    } catch {
      this.listeners.delete(listener)
    }
  }
}
