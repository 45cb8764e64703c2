/** Cholesky factors of small symmetric matrices: float64, the lower triangle alone, rows one after another. */

/** Dot product of two rows in eight fixed lanes, the rest after them: the same bits on every machine. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, length: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0
  const end = a + (<usize>length << 3)
  const eights = a + (<usize>(length & ~7) << 3)
  while (a < eights) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)))
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)))
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)))
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)))
    a += 64
    b += 64
  }
  const lanes = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))
  let sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)
  while (a < end) {
    sum += load<f64>(a) * load<f64>(b)
    a += 8
    b += 8
  }
  return sum
}

/** a -= factor * b. */
// @ts-ignore: decorator
@inline
function subtractScaled(a: usize, b: usize, length: i32, factor: f64): void {
  const end = a + (<usize>length << 3)
  const pairs = a + (<usize>(length & ~1) << 3)
  const lanes = f64x2.splat(factor)
  while (a < pairs) {
    v128.store(a, f64x2.sub(v128.load(a), f64x2.mul(lanes, v128.load(b))))
    a += 16
    b += 16
  }
  if (a < end) store<f64>(a, load<f64>(a) - factor * load<f64>(b))
}

/** A = L L^T in place, rows `stride` bytes apart; false where A is not positive definite. */
export function factorise(matrix: usize, stride: usize, order: i32): bool {
  for (let i = 0; i < order; i++) {
    const row = matrix + <usize>i * stride
    for (let j = 0; j < i; j++) {
      const other = matrix + <usize>j * stride
      const rest = load<f64>(row + (<usize>j << 3)) - dot(row, other, j)
      store<f64>(row + (<usize>j << 3), rest / load<f64>(other + (<usize>j << 3)))
    }
    const pivot = load<f64>(row + (<usize>i << 3)) - dot(row, row, i)
    if (!(pivot > 0)) return false
    store<f64>(row + (<usize>i << 3), sqrt(pivot))
  }
  return true
}

/** Solves L L^T x = b in place of b. */
export function solve(factor: usize, stride: usize, order: i32, b: usize): void {
  for (let i = 0; i < order; i++) {
    const row = factor + <usize>i * stride
    const at = b + (<usize>i << 3)
    store<f64>(at, (load<f64>(at) - dot(row, b, i)) / load<f64>(row + (<usize>i << 3)))
  }
  for (let i = order - 1; i >= 0; i--) {
    const row = factor + <usize>i * stride
    const at = b + (<usize>i << 3)
    const x = load<f64>(at) / load<f64>(row + (<usize>i << 3))
    store<f64>(at, x)
    subtractScaled(b, row, i, x)
  }
}
