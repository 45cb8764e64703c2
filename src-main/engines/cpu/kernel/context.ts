import { CONTEXT_ADDRESS, Layer, REALS_OFFSET, Slot, Real } from '../slots'

/** This thread's number and how many take part; set at the start of every call. */
export let thread: i32 = 0
export let threads: i32 = 1

export function setThread(index: i32, count: i32): void {
  thread = index
  threads = count
}

// @ts-ignore: decorator
@inline
export function word(slot: Slot): i32 {
  return load<i32>(<usize>CONTEXT_ADDRESS + (<usize>slot << 2))
}

// @ts-ignore: decorator
@inline
export function address(slot: Slot): usize {
  return <usize>load<u32>(<usize>CONTEXT_ADDRESS + (<usize>slot << 2))
}

// @ts-ignore: decorator
@inline
export function real(index: Real): f64 {
  return load<f64>(<usize>CONTEXT_ADDRESS + <usize>REALS_OFFSET + (<usize>index << 3))
}

/** Word `field` of a record, as a count and as an address. */
// @ts-ignore: decorator
@inline
export function fieldOf(record: usize, field: i32): i32 {
  return load<i32>(record + (<usize>field << 2))
}

// @ts-ignore: decorator
@inline
export function addressOf(record: usize, field: i32): usize {
  return <usize>load<u32>(record + (<usize>field << 2))
}

/** Element i of an array of 32-bit values. */
// @ts-ignore: decorator
@inline
export function at(array: usize, index: i32): usize {
  return array + (<usize>index << 2)
}

/** The record of a hidden layer. */
// @ts-ignore: decorator
@inline
export function layerOf(index: i32): usize {
  return address(Slot.layers) + ((<usize>index * Layer.size) << 2)
}
