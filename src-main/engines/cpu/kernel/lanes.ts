/** Arithmetic on four float32 lanes. Only IEEE operations and polynomials of our own: the same bits on every machine. */

const FUSED: bool = ASC_FEATURE_RELAXED_SIMD != 0

/** a * b + c: one rounding in the fma kernel where the machine has it, two in the portable one. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}

/** The sum of the lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 2) + (f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 3))
  )
}

/** Dot product of `floats` values (a multiple of 4) with four fixed lanes, added to `start`. */
// @ts-ignore: decorator
@inline
export function dot(a: usize, b: usize, floats: i32, start: v128): v128 {
  let even = start
  let odd = f32x4.splat(0)
  const end = a + (<usize>floats << 2)
  const pairs = a + (<usize>(floats & ~7) << 2)
  while (a < pairs) {
    even = multiplyAdd(v128.load(a), v128.load(b), even)
    odd = multiplyAdd(v128.load(a, 16), v128.load(b, 16), odd)
    a += 32
    b += 32
  }
  if (a < end) even = multiplyAdd(v128.load(a), v128.load(b), even)
  return f32x4.add(even, odd)
}

/** e^x for x <= 0 (Cephes expf: degree 5 after reduction by ln 2; relative error 2e-7). */
// @ts-ignore: decorator
@inline
export function exponential(argument: v128): v128 {
  const x = f32x4.max(argument, f32x4.splat(-87))
  const n = f32x4.floor(multiplyAdd(x, f32x4.splat(1.44269504), f32x4.splat(0.5)))
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), x)
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r)
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3))
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3))
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2))
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1))
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(multiplyAdd(f32x4.mul(p, r), r, r), f32x4.splat(1))
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, scale)
}

/** ln(1 + e) for e in 0..1 by 2 artanh(e / (2 + e)): the argument is at most 1/3, so eight terms reach float32. */
// @ts-ignore: decorator
@inline
export function logOnePlus(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)))
  const square = f32x4.mul(s, s)
  let sum = f32x4.splat(1.0 / 15)
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 13))
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 11))
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 9))
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 7))
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 5))
  sum = multiplyAdd(sum, square, f32x4.splat(1.0 / 3))
  sum = multiplyAdd(sum, square, f32x4.splat(1))
  return f32x4.mul(f32x4.add(s, s), sum)
}
