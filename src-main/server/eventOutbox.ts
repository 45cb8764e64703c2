import type { WebSocket } from 'ws'
import type { AppEvent } from '../contract/contract.ts'
import { encodeMessage } from '../contract/wire.ts'

/** Bytes that may wait for a slow browser before events are held back. */
const BACKLOG_BYTES = 1 << 20
/** Events that may be held back before the connection is given up. */
const HELD_EVENTS = 2000

export type EventSocket = Pick<WebSocket, 'bufferedAmount' | 'close'> & {
  send(frame: string | Uint8Array, sent: (error?: Error | null) => void): void
}

/** Events with the same key say the newest state of one thing: the latest makes the others needless. */
function keyOf({ name, payload }: AppEvent): string | undefined {
  switch (name) {
    case 'run:changed':
    case 'run:removed':
      return `run ${payload.id}`
    case 'dataset:changed':
    case 'dataset:removed':
      return `dataset ${payload.id}`
    case 'run:progress':
      return `progress ${payload.runId}`
    case 'run:ranking':
      return `ranking ${payload.runId}`
    case 'import:progress':
      return `import ${payload.importId}`
    case 'queue:changed':
    case 'settings:changed':
      return name
    default:
      return undefined
  }
}

/**
 * What goes to one browser. While it reads too slowly, events are held back and only the newest of each thing is kept;
 * one that falls behind further is disconnected, and asks for everything anew when it is back.
 */
export class EventOutbox {
  private readonly held = new Map<string, AppEvent>()
  private unkeyed = 0

  constructor(private readonly socket: EventSocket) {}

  /** Sends a message that must not be held back. */
  send(message: unknown): void {
    this.socket.send(encodeMessage(message), () => this.drain())
  }

  push(event: AppEvent): void {
    if (this.held.size === 0 && !this.isBehind) return this.send({ event })
    const key = keyOf(event) ?? `${event.name} ${++this.unkeyed}`
    // The order of things is the order of their newest states.
    this.held.delete(key)
    this.held.set(key, event)
    if (this.held.size <= HELD_EVENTS) return
    this.held.clear()
    this.socket.close(1013, 'too slow')
  }

  private get isBehind(): boolean {
    return this.socket.bufferedAmount > BACKLOG_BYTES
  }

  private drain(): void {
    for (const [key, event] of this.held) {
      if (this.isBehind) return
      this.held.delete(key)
      this.send({ event })
    }
  }
}
