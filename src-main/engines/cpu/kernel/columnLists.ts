import { LINE, LISTED_ROW, Slot, Table } from '../slots'
import { address, addressOf, at, thread, threads, word } from './context'

/**
 * Which rows the steps of a chunk touch, listed before the first of them is taken, for all threads to read
 * (kernel/columns.ts). A list begins with its length, a line by itself; then come the rows; then for each sample the
 * next one of the same row, or -1.
 */

export const enum Side {
  users,
  items,
}

/** Words of a listed row. */
export const enum Listed {
  /** Bytes from the start of a band. */
  offset,
  firstSample,
  /** Steps since the row's last update in which it was not touched; 0 for one that never was. */
  idle,
}

// @ts-ignore: decorator
@inline
export function tableOf(side: Side): usize {
  return side === Side.users ? address(Slot.users) : address(Slot.items)
}

/** The list of a step of the chunk. */
// @ts-ignore: decorator
@inline
export function listOf(step: i32, side: Side): usize {
  return address(Slot.lists) + <usize>(2 * step + side) * address(Slot.listStride)
}

// @ts-ignore: decorator
@inline
export function startOf(list: usize): usize {
  return list + LINE
}

// @ts-ignore: decorator
@inline
export function endOf(list: usize): usize {
  return list + LINE + <usize>load<i32>(list) * LISTED_ROW
}

// @ts-ignore: decorator
@inline
export function linksOf(list: usize): usize {
  return list + LINE + address(Slot.batchStride) * LISTED_ROW
}

/** Lists the rows of `count` samples, and links the samples of each. Returns the list's end. */
function linkSamples(list: usize, rowOfSample: usize, count: i32, head: usize): usize {
  const links = linksOf(list)
  let end = startOf(list)
  for (let b = count - 1; b >= 0; b--) {
    const row = load<i32>(at(rowOfSample, b))
    const first = load<i32>(at(head, row))
    store<i32>(at(links, b), first)
    store<i32>(at(head, row), b)
    // Kept if the row is new, overwritten by the next one if not: no branch to guess wrong.
    store<i32>(end, row)
    end += first < 0 ? <usize>LISTED_ROW : 0
  }
  return end
}

/** Lists a side of step t, on `count` samples from number `offset` of the chunk on. */
function listRows(step: i32, side: Side, offset: i32, count: i32, t: i32): void {
  const list = listOf(step, side)
  const table = tableOf(side)
  const head = addressOf(table, Table.head)
  const last = addressOf(table, Table.last)
  const stride = address(Slot.rowStride)
  const samples = side === Side.users ? address(Slot.sampleUsers) : address(Slot.sampleItems)
  const end = linkSamples(list, at(samples, offset), count, head)
  for (let listed = startOf(list); listed < end; listed += LISTED_ROW) {
    const row = load<i32>(listed)
    const t0 = load<i32>(at(last, row))
    store<usize>(listed, <usize>row * stride, Listed.offset << 2)
    store<i32>(listed, load<i32>(at(head, row)), Listed.firstSample << 2)
    store<i32>(listed, t0 > 0 ? t - 1 - t0 : 0, Listed.idle << 2)
    store<i32>(at(head, row), -1)
    store<i32>(at(last, row), t)
  }
  store<i32>(list, <i32>((end - startOf(list)) / LISTED_ROW))
}

/** Lists the rows of steps t, t + 1, ...: each side by one thread, as it must follow the steps in order. */
export function listSteps(steps: i32, count: i32, t: i32): void {
  const batch = word(Slot.batchSize)
  for (let step = 0; step < steps; step++) {
    const offset = step * batch
    const samples = min(batch, count - offset)
    if (thread === 0) listRows(step, Side.users, offset, samples, t + step)
    if (thread === threads - 1) listRows(step, Side.items, offset, samples, t + step)
  }
}
