/**
 * Sums of outer products into the lower triangle of a matrix, in tiles of 4 x 4: eight accumulators of two lanes.
 * Both sides lie in panels of four columns, each panel's values of one product beside each other, so that a tile reads
 * memory in order. Each output is summed over the products in order.
 */

/** Columns of a panel. */
export const PANEL: i32 = 4

/** Where the value of a column in a product lies in panels of `depth` products. */
// @ts-ignore: decorator
@inline
export function panelAddress(panels: usize, depth: i32, column: i32, product: i32): usize {
  return panels + (<usize>(((column >> 2) * depth + product) * 4 + (column & 3)) << 3)
}

// @ts-ignore: decorator
@inline
function addTo(c: usize, left: v128, right: v128): void {
  v128.store(c, f64x2.add(v128.load(c), left))
  v128.store(c, f64x2.add(v128.load(c, 16), right), 16)
}

/** C[i, j] += sum over the products of X[i] Y[j], for the tiles on and below the diagonal. */
export function addProducts(x: usize, y: usize, depth: i32, panels: i32, c: usize, stride: usize): void {
  const panelBytes = <usize>depth << 5
  for (let i = 0; i < panels; i++) {
    const left = x + <usize>i * panelBytes
    let row = c + <usize>i * 4 * stride
    let right = y
    for (let j = 0; j <= i; j++) {
      let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00
      let c20 = c00, c21 = c00, c30 = c00, c31 = c00
      let a = left
      const end = right + panelBytes
      while (right < end) {
        const b0 = v128.load(right)
        const b1 = v128.load(right, 16)
        let lanes = v128.load64_splat(a)
        c00 = f64x2.add(c00, f64x2.mul(lanes, b0))
        c01 = f64x2.add(c01, f64x2.mul(lanes, b1))
        lanes = v128.load64_splat(a, 8)
        c10 = f64x2.add(c10, f64x2.mul(lanes, b0))
        c11 = f64x2.add(c11, f64x2.mul(lanes, b1))
        lanes = v128.load64_splat(a, 16)
        c20 = f64x2.add(c20, f64x2.mul(lanes, b0))
        c21 = f64x2.add(c21, f64x2.mul(lanes, b1))
        lanes = v128.load64_splat(a, 24)
        c30 = f64x2.add(c30, f64x2.mul(lanes, b0))
        c31 = f64x2.add(c31, f64x2.mul(lanes, b1))
        a += 32
        right += 32
      }
      addTo(row, c00, c01)
      addTo(row + stride, c10, c11)
      addTo(row + 2 * stride, c20, c21)
      addTo(row + 3 * stride, c30, c31)
      row += 32
    }
  }
}
