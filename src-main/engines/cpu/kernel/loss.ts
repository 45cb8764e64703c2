import { BLOCK, Slot } from '../slots'
import { labels, samples } from './batch'
import { address, at } from './context'
import { exponential, logOnePlus } from './lanes'

/**
 * Binary cross-entropy with logits of four samples. d(mean loss)/d(logit) takes the place of the logits; returns the
 * losses.
 */
// @ts-ignore: decorator
@inline
function lossLanes(logits: usize, sample: i32, inverseSize: v128): v128 {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const place = at(logits, sample)
  const z = v128.load(place)
  const positive = f32x4.gt(v128.load(at(labels, sample)), zero)
  // With s = -z for positives and z for negatives, the loss is softplus(s) and its derivative sigmoid(s) * ds/dz.
  const s = v128.bitselect(f32x4.neg(z), z, positive)
  const e = exponential(f32x4.neg(f32x4.abs(s)))
  const sigmoid = f32x4.div(v128.bitselect(one, e, f32x4.gt(s, zero)), f32x4.add(one, e))
  const gradient = f32x4.mul(sigmoid, inverseSize)
  v128.store(place, v128.bitselect(f32x4.neg(gradient), gradient, positive))
  return f32x4.add(f32x4.max(s, zero), logOnePlus(e))
}

/** Losses of a block, summed in float64 in the order of the samples. The buffers are padded to four samples. */
export function blockLoss(logits: usize, first: i32, last: i32): f64 {
  const inverseSize = f32x4.splat(<f32>1 / <f32>samples)
  let sum: f64 = 0
  for (let b = first; b < last; b += 4) {
    const loss = lossLanes(logits, b, inverseSize)
    sum += <f64>f32x4.extract_lane(loss, 0)
    if (b + 1 < last) sum += <f64>f32x4.extract_lane(loss, 1)
    if (b + 2 < last) sum += <f64>f32x4.extract_lane(loss, 2)
    if (b + 3 < last) sum += <f64>f32x4.extract_lane(loss, 3)
  }
  return sum
}

export function keepBlockLoss(block: i32, loss: f64): void {
  store<f64>(address(Slot.blockLosses) + (<usize>block << 3), loss)
}

/** Adds the losses of the batch to the sum of the call. */
export function sumBlockLosses(): void {
  const blocks = (samples + BLOCK - 1) / BLOCK
  let sum = load<f64>(address(Slot.lossSum))
  for (let block = 0; block < blocks; block++) sum += load<f64>(address(Slot.blockLosses) + (<usize>block << 3))
  store<f64>(address(Slot.lossSum), sum)
}
