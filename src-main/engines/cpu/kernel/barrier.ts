import { Slot, LINE } from '../slots'
import { address, threads } from './context'

/** Turns of the wait loop before a thread goes to sleep: some 60 microseconds, as long as a step of a small model. */
const SPINS: i32 = 60000

/** All threads of the call meet here. Words: generation, arrived (a line on), sleepers (two lines on). */
export function meet(): void {
  if (threads === 1) return
  const generation = address(Slot.barrier)
  const arrived = generation + LINE
  const sleepers = generation + 2 * LINE
  const mine = atomic.load<i32>(generation)
  if (atomic.add<i32>(arrived, 1) === threads - 1) {
    atomic.store<i32>(arrived, 0)
    atomic.store<i32>(generation, mine + 1)
    if (atomic.load<i32>(sleepers) > 0) atomic.notify(generation, -1)
    return
  }
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(generation) !== mine) return
  atomic.add<i32>(sleepers, 1)
  while (atomic.load<i32>(generation) === mine) atomic.wait<i32>(generation, mine, -1)
  atomic.sub<i32>(sleepers, 1)
}

/** Work shared out piece by piece to whoever is free; only pieces whose results do not depend on their order. */
export enum Counter {
  blocks,
  gradients,
  scoring,
}

/** The next piece's number. */
export function claim(counter: Counter): i32 {
  return atomic.add<i32>(address(Slot.counters) + <usize>counter * LINE, 1)
}

export function resetCounter(counter: Counter): void {
  atomic.store<i32>(address(Slot.counters) + <usize>counter * LINE, 0)
}
