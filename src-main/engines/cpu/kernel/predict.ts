import { Real, Slot } from '../slots'
import { samples } from './batch'
import { address, at, real, word } from './context'
import { multiplyAdd } from './lanes'
import { decay1, decay2, updateLanes } from './optimizers'

/** The last layer: the weights that make a logit of products and tower output. */

/** Column sums of `values` (samples x 4 lanes), weighted by one of `weights` for each sample unless that is 0. */
// @ts-ignore: decorator
@inline
export function sumSamples(values: usize, stride: usize, weights: usize): v128 {
  let sum = f32x4.splat(0)
  for (let b = 0; b < samples; b++) {
    const lanes = v128.load(values + <usize>b * stride)
    sum = weights ? multiplyAdd(v128.load32_splat(at(weights, b)), lanes, sum) : f32x4.add(sum, lanes)
  }
  return sum
}

/** Updates `bytes` bytes of the last layer's weights from `part` on, whose inputs are `values`. */
export function updatePredictPart(part: usize, bytes: usize, values: usize, stride: usize): void {
  const penalty = f32x4.splat(<f32>(2 * real(Real.l2Predict)))
  for (let q: usize = 0; q < bytes; q += 16) {
    const w = address(Slot.predict) + part + q
    const sum = multiplyAdd(penalty, v128.load(w), sumSamples(values + q, stride, address(Slot.logitGradients)))
    updateLanes(
      w, address(Slot.predictM) + part + q, address(Slot.predictV) + part + q, sum,
      f32x4.splat(decay1), f32x4.splat(decay2),
    )
  }
}

export function updatePredictBias(): void {
  let sum: f32 = 0
  for (let b = 0; b < samples; b++) sum += load<f32>(at(address(Slot.logitGradients), b))
  const bias = <usize>word(Slot.predictWidth) << 2
  updateLanes(
    address(Slot.predict) + bias, address(Slot.predictM) + bias, address(Slot.predictV) + bias,
    f32x4.replace_lane(f32x4.splat(0), 0, sum), f32x4.splat(decay1), f32x4.splat(decay2),
  )
}
