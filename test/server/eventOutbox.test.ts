import { describe, expect, it } from 'vitest'
import type { AppEvent } from '../../src-main/contract/contract.ts'
import { EventOutbox } from '../../src-main/server/eventOutbox.ts'

/** A socket whose reader reads when it is told to. */
class SlowSocket {
  bufferedAmount = 0
  closed: number | undefined
  readonly received: unknown[] = []
  private readonly underWay: { frame: string; sent: () => void }[] = []

  send(frame: string | Uint8Array, sent: () => void): void {
    this.bufferedAmount += frame.length
    this.underWay.push({ frame: String(frame), sent })
  }

  close(code?: number): void {
    this.closed = code
  }

  read(): void {
    for (let next = this.underWay.shift(); next; next = this.underWay.shift()) {
      this.bufferedAmount -= next.frame.length
      this.received.push(JSON.parse(next.frame))
      next.sent()
    }
  }
}

function progress(runId: string, step: number): AppEvent {
  const rest = { epoch: 0, epochs: 1, stepsPerEpoch: 1, loss: 0, samplesPerSecond: 0, secondsLeft: 0 }
  return { name: 'run:progress', payload: { runId, step, ...rest } }
}

function ranking(runId: string, users: number): AppEvent {
  return { name: 'run:ranking', payload: { runId, users, of: 5000 } }
}

function notice(message: string): AppEvent {
  return { name: 'app:notice', payload: { level: 'info', message } }
}

const LARGE = notice('x'.repeat(2 << 20))

describe('the outbox of a window', () => {
  it('sends at once while the window reads', () => {
    const socket = new SlowSocket()
    const outbox = new EventOutbox(socket)
    outbox.push(progress('a', 1))
    outbox.push(progress('a', 2))
    socket.read()
    expect(socket.received).toEqual([{ event: progress('a', 1) }, { event: progress('a', 2) }])
  })

  it('keeps the newest of each thing while the window does not, and everything that is said once', () => {
    const socket = new SlowSocket()
    const outbox = new EventOutbox(socket)
    outbox.push(LARGE)
    for (let step = 1; step <= 5000; step += 1) outbox.push(progress('a', step))
    for (let users = 0; users <= 5000; users += 1) outbox.push(ranking('a', users))
    outbox.push(notice('one'))
    outbox.push(progress('b', 1))
    outbox.push(notice('two'))
    outbox.push({ name: 'run:removed', payload: { id: 'a' } })
    socket.read()
    expect(socket.received.slice(1)).toEqual(
      [progress('a', 5000), ranking('a', 5000), notice('one'), progress('b', 1), notice('two')]
        .map((event) => ({ event }) as unknown)
        .concat({ event: { name: 'run:removed', payload: { id: 'a' } } }),
    )
    expect(socket.closed).toBeUndefined()
  })

  it('does not hold back answers', () => {
    const socket = new SlowSocket()
    const outbox = new EventOutbox(socket)
    outbox.push(LARGE)
    outbox.push(notice('held'))
    outbox.send({ id: 1, reply: { ok: true, value: null } })
    socket.read()
    expect(socket.received.slice(1)).toEqual([
      { id: 1, reply: { ok: true, value: null } },
      { event: notice('held') },
    ])
  })

  it('gives up a window that never reads, instead of growing', () => {
    const socket = new SlowSocket()
    const outbox = new EventOutbox(socket)
    outbox.push(LARGE)
    for (let i = 0; i < 2001; i += 1) outbox.push(notice(`${i}`))
    expect(socket.closed).toBe(1013)
    socket.read()
    expect(socket.received).toHaveLength(1)
  })
})
