import { Activation, Real, Slot } from '../slots'
import { addressOf, fieldOf, real, word } from './context'
import { philox, word0, word1, word2, word3 } from './philox'

/**
 * Dropout on the inputs of a hidden layer. Whether unit j of a sample is kept is word j mod 4 of the Philox block
 * (sample's position in the epoch, layer, epoch, j div 4), so the way back draws the same mask again.
 */

// @ts-ignore: decorator
@inline
function unitAddress(row: usize, unit: i32, units: i32, half: i32): usize {
  // A concatenation's second half begins after the padding of the first.
  const column = unit < units ? unit : half + (unit - units)
  return row + (<usize>column << 2)
}

// @ts-ignore: decorator
@inline
function scaleUnit(row: usize, unit: i32, units: i32, half: i32, random: u32, threshold: u32, scale: f32): void {
  const unitAt = unitAddress(row, unit, units, half)
  store<f32>(unitAt, random < threshold ? 0 : load<f32>(unitAt) * scale)
}

/** Multiplies samples first..last-1 of an activation (its values or its gradients) by their mask. */
export function applyDropout(activation: usize, layer: i32, field: Activation, epoch: i32, position: u32, first: i32, last: i32): void {
  const rate = real(Real.dropout)
  const threshold = <u32>(rate * 4294967296)
  const scale = <f32>(1 / (1 - rate))
  const units = fieldOf(activation, Activation.units)
  const half = fieldOf(activation, Activation.half)
  const count = layer === 0 ? 2 * units : units
  const key0 = word(Slot.dropoutKey0)
  const key1 = word(Slot.dropoutKey1)
  for (let b = first; b < last; b++) {
    const row = addressOf(activation, field) + <usize>b * addressOf(activation, Activation.stride)
    for (let unit = 0; unit < count; unit += 4) {
      philox(position + b, layer, epoch, unit >> 2, key0, key1)
      scaleUnit(row, unit, units, half, word0, threshold, scale)
      if (unit + 1 < count) scaleUnit(row, unit + 1, units, half, word1, threshold, scale)
      if (unit + 2 < count) scaleUnit(row, unit + 2, units, half, word2, threshold, scale)
      if (unit + 3 < count) scaleUnit(row, unit + 3, units, half, word3, threshold, scale)
    }
  }
}
