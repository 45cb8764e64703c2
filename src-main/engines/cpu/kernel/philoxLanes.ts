/** Four blocks of Philox4x32-10 side by side; the first word of each is what a negative's first attempt needs. */

// @ts-ignore: decorator
@inline
function lowWords(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline
function highWords(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7)
}

/** Upper 32 bits of the lanes' unsigned products. */
// @ts-ignore: decorator
@inline
export function multiplyHighLanes(a: v128, b: v128): v128 {
  return highWords(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b))
}

/** The first words of the blocks with these counters (the fourth counter word is 0) under one key. */
export function firstWords(counter0: v128, counter1: v128, counter2: v128, key0: u32, key1: u32): v128 {
  const multiplier0 = i32x4.splat(0xd2511f53)
  const multiplier1 = i32x4.splat(0xcd9e8d57)
  let c0 = counter0
  let c1 = counter1
  let c2 = counter2
  let c3 = i32x4.splat(0)
  let k0 = i32x4.splat(key0)
  let k1 = i32x4.splat(key1)
  const weyl0 = i32x4.splat(0x9e3779b9)
  const weyl1 = i32x4.splat(0xbb67ae85)
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, multiplier0)
    const high0 = i64x2.extmul_high_i32x4_u(c0, multiplier0)
    const low1 = i64x2.extmul_low_i32x4_u(c2, multiplier1)
    const high1 = i64x2.extmul_high_i32x4_u(c2, multiplier1)
    c0 = v128.xor(v128.xor(highWords(low1, high1), c1), k0)
    c1 = lowWords(low1, high1)
    c2 = v128.xor(v128.xor(highWords(low0, high0), c3), k1)
    c3 = lowWords(low0, high0)
    k0 = i32x4.add(k0, weyl0)
    k1 = i32x4.add(k1, weyl1)
  }
  return c0
}
