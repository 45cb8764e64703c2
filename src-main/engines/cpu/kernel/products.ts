import { Slot } from '../slots'
import { itemRow, userRow } from './batch'
import { address, word } from './context'

/** The GMF part of a sample: element-wise products of a user's and an item's row. */

/** The products of a sample. */
// @ts-ignore: decorator
@inline
export function productsOf(sample: i32): usize {
  return address(Slot.products) + <usize>sample * address(Slot.productStride)
}

// @ts-ignore: decorator
@inline
export function multiplyRows(sample: i32): void {
  const bytes = <usize>word(Slot.gmfWidth) << 2
  const offset = <usize>word(Slot.mlpWidth) << 2
  const products = productsOf(sample)
  const user = userRow(sample) + offset
  const item = itemRow(sample) + offset
  for (let q: usize = 0; q < bytes; q += 16) {
    v128.store(products + q, f32x4.mul(v128.load(user + q), v128.load(item + q)))
  }
}

/** Gradients of a sample's factors: d/du = dz * predict * item, d/di = dz * predict * user. */
// @ts-ignore: decorator
@inline
export function productGradients(sample: i32, gradient: v128): void {
  const bytes = <usize>word(Slot.gmfWidth) << 2
  const predict = address(Slot.predict)
  const offset = <usize>word(Slot.mlpWidth) << 2
  const user = userRow(sample) + offset
  const item = itemRow(sample) + offset
  const toUser = address(Slot.userProductGradients) + <usize>sample * address(Slot.productStride)
  const toItem = address(Slot.itemProductGradients) + <usize>sample * address(Slot.productStride)
  for (let q: usize = 0; q < bytes; q += 16) {
    const scaled = f32x4.mul(v128.load(predict + q), gradient)
    v128.store(toUser + q, f32x4.mul(scaled, v128.load(item + q)))
    v128.store(toItem + q, f32x4.mul(scaled, v128.load(user + q)))
  }
}
