import { ADAM_ENTRY, Idle, IDLE_ENTRY, Optimizer, POWER_ENTRY, Real, Slot } from '../slots'
import { address, real, thread, word } from './context'
import { multiplyAdd } from './lanes'

/** Update rules on four lanes; the constants of the current step are globals of each thread. */

const BETA1: f32 = 0.9
const BETA2: f32 = 0.999
const EPSILON: f32 = 1e-8
const ADAGRAD_EPSILON: f32 = 1e-10
const RMSPROP_ALPHA: f32 = 0.99

let optimizer: Optimizer = Optimizer.adam
let learningRate: f32 = 0
/** Adam: learningRate / (1 - beta1^t) and 1 / sqrt(1 - beta2^t). */
let stepSize: f32 = 0
let inverseRootCorrection: f32 = 0
let adamEpsilon: f32 = EPSILON

// @ts-ignore: decorator
@inline
function adamEntry(step: i32): usize {
  const end = word(Slot.adamTableLength) - 1
  return address(Slot.adamTable) + <usize>(step < end ? step : end) * ADAM_ENTRY
}

/** Reads the constants of step t (from 1). */
export function prepareStep(t: i32): void {
  optimizer = <Optimizer>word(Slot.optimizer)
  const rate = real(Real.learningRate)
  learningRate = <f32>rate
  const entry = adamEntry(t)
  stepSize = <f32>(rate * load<f64>(entry, 24))
  inverseRootCorrection = <f32>load<f64>(entry, 32)
}

/**
 * Embedding rows under lazyAdam follow PyTorch's SparseAdam, whose epsilon stands beside sqrt(v) before the bias
 * correction; everything else has Adam's.
 */
export function prepareEpsilon(forRows: bool): void {
  const sparse = forRows && optimizer === Optimizer.lazyAdam
  adamEpsilon = sparse ? EPSILON * inverseRootCorrection : EPSILON
}

/** How much the moments have decayed when the row is next updated, after k steps: first and second moment. */
export let decay1: f32 = 0
export let decay2: f32 = 0

export function prepareDecay(k: i32): void {
  decay1 = optimizer === Optimizer.rmsprop ? RMSPROP_ALPHA : BETA1
  decay2 = BETA2
  if (k <= 1 || optimizer === Optimizer.lazyAdam) return
  if (optimizer === Optimizer.adam) {
    decay1 = k < word(Slot.momentumHorizon) ? <f32>load<f64>(address(Slot.powers) + <usize>k * POWER_ENTRY, 24) : 0
  }
  const end = word(Slot.decayTableLength) - 1
  const power = load<f32>(address(Slot.decayTable) + (<usize>(k < end ? k : end) << 2))
  if (optimizer === Optimizer.rmsprop) decay1 = power
  else decay2 = power
}

/** Adam (Kingma and Ba 2015) as PyTorch computes it: w -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + eps). */
// @ts-ignore: decorator
@inline
function adamLanes(w: usize, m: usize, v: usize, gradient: v128, momentDecay: v128, squareDecay: v128): v128 {
  const moment = multiplyAdd(f32x4.splat(<f32>1 - BETA1), gradient, f32x4.mul(v128.load(m), momentDecay))
  const scaled = f32x4.mul(gradient, f32x4.splat(<f32>0.001))
  const square = multiplyAdd(scaled, gradient, f32x4.mul(v128.load(v), squareDecay))
  v128.store(m, moment)
  v128.store(v, square)
  const root = multiplyAdd(f32x4.sqrt(square), f32x4.splat(inverseRootCorrection), f32x4.splat(adamEpsilon))
  const weight = f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(moment, f32x4.splat(stepSize)), root))
  v128.store(w, weight)
  return weight
}

/** Adagrad (Duchi et al. 2011). */
function adagradLanes(w: usize, sum: usize, gradient: v128): v128 {
  const total = multiplyAdd(gradient, gradient, v128.load(sum))
  v128.store(sum, total)
  return subtractScaled(w, gradient, f32x4.add(f32x4.sqrt(total), f32x4.splat(ADAGRAD_EPSILON)))
}

/** RMSprop (Tieleman and Hinton 2012), alpha 0.99. */
function rmspropLanes(w: usize, mean: usize, gradient: v128, decay: v128): v128 {
  const scaled = f32x4.mul(gradient, f32x4.splat(<f32>1 - RMSPROP_ALPHA))
  const square = multiplyAdd(scaled, gradient, f32x4.mul(v128.load(mean), decay))
  v128.store(mean, square)
  return subtractScaled(w, gradient, f32x4.add(f32x4.sqrt(square), f32x4.splat(EPSILON)))
}

function subtractScaled(w: usize, gradient: v128, root: v128): v128 {
  const change = f32x4.div(f32x4.mul(gradient, f32x4.splat(learningRate)), root)
  const weight = f32x4.sub(v128.load(w), change)
  v128.store(w, weight)
  return weight
}

// @ts-ignore: decorator
@inline
function sgdLanes(w: usize, gradient: v128): v128 {
  const weight = f32x4.sub(v128.load(w), f32x4.mul(gradient, f32x4.splat(learningRate)))
  v128.store(w, weight)
  return weight
}

/** One update of four weights by the run's optimiser, with the decays of prepareDecay(); returns the new weights. */
// @ts-ignore: decorator
@inline
export function updateLanes(w: usize, m: usize, v: usize, gradient: v128, momentDecay: v128, squareDecay: v128): v128 {
  if (optimizer <= Optimizer.lazyAdam) return adamLanes(w, m, v, gradient, momentDecay, squareDecay)
  if (optimizer === Optimizer.sgd) return sgdLanes(w, gradient)
  if (optimizer === Optimizer.adagrad) return adagradLanes(w, m, gradient)
  return rmspropLanes(w, m, gradient, momentDecay)
}

/**
 * Dense-equivalent lazy Adam: applies in closed form the k steps after t0 in which the row's gradient was 0. In such
 * a step i the weight moves by lr * b1^i m / (1 - b1^(t0+i)) / (b2^(i/2) sqrt(v) / q + eps), q = sqrt(1 - b2^(t0+i)).
 * With d = 1 / (sqrt(v) + eps * qbar) the sum over the k steps is S m d (1 + variance (eps d)^2), where S, qbar and
 * the variance of q come from sums to infinity, S(t0) - r^k S(t0 + k), that are tabulated once.
 */
export function catchUp(row: usize, rowBytes: usize, t0: i32, k: i32): void {
  driftLanes(row, rowBytes, idleConstants(t0, k))
}

/** Moves the weights of a row, or of a part of one, by constants of idleConstants(). */
// @ts-ignore: decorator
@inline
export function driftLanes(row: usize, rowBytes: usize, constants: usize): void {
  const scale = v128.load32_splat(constants, Idle.scale << 2)
  const shift = v128.load32_splat(constants, Idle.shift << 2)
  const variance = load<f32>(constants, Idle.variance << 2)
  if (variance < 0) drift(row, rowBytes, scale, shift)
  else driftCorrected(row, rowBytes, scale, shift, f32x4.splat(variance))
}

// @ts-ignore: decorator
@inline
function idlePlace(k: i32): usize {
  return address(Slot.idleTable) + <usize>(k + thread * (word(Slot.closedFormHorizon) + 1)) * IDLE_ENTRY
}

/**
 * The constants of k idle steps after t0. Rows that are caught up to the same step share them when k is the same, and
 * at last, when q has reached 1, they depend on k alone: so each thread keeps the latest ones of every k, with the
 * step that they are for. Beyond the horizon they depend on t0 instead, and only the last ones are kept.
 */
export function idleConstants(t0: i32, k: i32): usize {
  const horizon = word(Slot.closedFormHorizon)
  const constants = idlePlace(min(k, horizon))
  // Never 0, which an entry begins with.
  const key = t0 >= word(Slot.adamTableLength) - 1 ? -1 : (k < horizon ? t0 + k : t0) + 1
  if (load<i32>(constants, Idle.key << 2) !== key) {
    computeIdle(constants, t0, k, k >= horizon)
    store<i32>(constants, key, Idle.key << 2)
  }
  return constants
}

function computeIdle(constants: usize, t0: i32, k: i32, far: bool): void {
  const start = adamEntry(t0)
  let s = load<f64>(start)
  // S1 and S2 side by side.
  let pair = v128.load(start, 8)
  if (!far) {
    const end = adamEntry(t0 + k)
    const power = address(Slot.powers) + <usize>k * POWER_ENTRY
    s -= load<f64>(power) * load<f64>(end)
    pair = f64x2.sub(pair, f64x2.mul(v128.load(power, 8), v128.load(end, 8)))
  }
  pair = f64x2.div(pair, f64x2.splat(s))
  const mean = f64x2.extract_lane(pair, 0)
  const variance = max<f64>(f64x2.extract_lane(pair, 1) - mean * mean, 0)
  // (eps d)^2 is at most 1 / mean^2, so the correction is below half a unit in the last place from here on: late in
  // a run, when q has reached 1, always.
  const corrected = !(variance < mean * mean * NEGLIGIBLE)
  store<f32>(constants, <f32>(s * real(Real.learningRate)), Idle.scale << 2)
  store<f32>(constants, <f32>(<f64>EPSILON * mean), Idle.shift << 2)
  store<f32>(constants, corrected ? <f32>variance : -1, Idle.variance << 2)
  prepareDecay(k + 1)
  store<f32>(constants, decay1, Idle.decay1 << 2)
  store<f32>(constants, decay2, Idle.decay2 << 2)
}

/** The decays of an update after k idle steps, for whose constants Adam has been asked in this step. */
// @ts-ignore: decorator
@inline
export function prepareIdleDecay(k: i32): void {
  if (optimizer !== Optimizer.adam || k >= word(Slot.closedFormHorizon)) return prepareDecay(k + 1)
  const constants = idlePlace(k)
  decay1 = load<f32>(constants, Idle.decay1 << 2)
  decay2 = load<f32>(constants, Idle.decay2 << 2)
}

/** 2^-26: one plus this is one in float32. */
const NEGLIGIBLE: f64 = 1.4901161193847656e-8

// @ts-ignore: decorator
@inline
function drift(row: usize, rowBytes: usize, scale: v128, shift: v128): void {
  const m = row + rowBytes
  const v = m + rowBytes
  for (let q: usize = 0; q < rowBytes; q += 16) {
    const root = f32x4.add(f32x4.sqrt(v128.load(v + q)), shift)
    const change = f32x4.div(f32x4.mul(v128.load(m + q), scale), root)
    v128.store(row + q, f32x4.sub(v128.load(row + q), change))
  }
}

function driftCorrected(row: usize, rowBytes: usize, scale: v128, shift: v128, variance: v128): void {
  const m = row + rowBytes
  const v = m + rowBytes
  const one = f32x4.splat(1)
  const epsilon = f32x4.splat(EPSILON)
  for (let q: usize = 0; q < rowBytes; q += 16) {
    const d = f32x4.div(one, f32x4.add(f32x4.sqrt(v128.load(v + q)), shift))
    const ed = f32x4.mul(d, epsilon)
    const correction = multiplyAdd(f32x4.mul(ed, ed), variance, one)
    const change = f32x4.mul(f32x4.mul(f32x4.mul(v128.load(m + q), scale), d), correction)
    v128.store(row + q, f32x4.sub(v128.load(row + q), change))
  }
}
