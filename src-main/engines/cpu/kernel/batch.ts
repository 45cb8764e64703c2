import { Slot, Table } from '../slots'
import { address, addressOf, at } from './context'

/** The batch at hand: where its samples lie, how many, and what numbers they have in the epoch. */
export let users: usize = 0
export let items: usize = 0
export let labels: usize = 0
export let samples: i32 = 0
export let epoch: i32 = 0
export let position: u32 = 0

/** Aims at `count` samples that begin `offset` samples into the sample arrays. */
export function setBatch(offset: i32, count: i32, ofEpoch: i32, firstPosition: u32): void {
  users = at(address(Slot.sampleUsers), offset)
  items = at(address(Slot.sampleItems), offset)
  labels = at(address(Slot.sampleLabels), offset)
  samples = count
  epoch = ofEpoch
  position = firstPosition
}

// @ts-ignore: decorator
@inline
export function userRow(sample: i32): usize {
  return addressOf(address(Slot.users), Table.rows) + <usize>load<i32>(at(users, sample)) * address(Slot.rowStride)
}

// @ts-ignore: decorator
@inline
export function itemRow(sample: i32): usize {
  return addressOf(address(Slot.items), Table.rows) + <usize>load<i32>(at(items, sample)) * address(Slot.rowStride)
}
