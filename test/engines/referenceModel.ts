import type { TrainingProblem } from '../../src-main/core/engine.ts'
import { parameterLayout } from '../../src-main/core/models/parameterLayout.ts'
import { philox } from '../../src-main/core/random/philox.ts'
import { deriveKey, keyFromSeed } from '../../src-main/core/random/streams.ts'
import type { Batch } from '../../src-main/core/sampling/batches.ts'

type Vector = Float64Array

/** What the way back needs of the way forward. */
interface Trace {
  /** Inputs of each hidden layer after dropout, then the tower's output. */
  inputs: Vector[]
  products: Vector
  logit: number
}

const BETA1 = 0.9
const BETA2 = 0.999

/**
 * The models and optimisers in float64, one weight at a time and every row at every step, straight from their
 * definitions: slow, dense and plain, so that an engine's shortcuts have something to be held against.
 */
export class ReferenceModel {
  readonly weights: Record<string, Vector>
  private readonly gradients: Record<string, Vector> = {}
  private readonly first: Record<string, Vector> = {}
  private readonly second: Record<string, Vector> = {}
  private readonly touched = { user: new Set<number>(), item: new Set<number>() }
  private readonly dropoutKey
  private steps = 0

  constructor(private readonly problem: TrainingProblem) {
    this.weights = {}
    for (const { name } of parameterLayout(problem.spec, problem.set.userCount, problem.set.itemCount)) {
      this.weights[name] = Float64Array.from(problem.weights[name])
      this.first[name] = new Float64Array(this.weights[name].length)
      this.second[name] = new Float64Array(this.weights[name].length)
    }
    this.dropoutKey = deriveKey(keyFromSeed(problem.options.seed), 'dropout')
  }

  logit(user: number, item: number): number {
    return this.forward(user, item, (inputs) => inputs).logit
  }

  /** One step; returns the mean loss before it. `position` is the first sample's place in the epoch. */
  train(batch: Batch, epoch: number, position: number): number {
    for (const name in this.weights) this.gradients[name] = new Float64Array(this.weights[name].length)
    let loss = 0
    batch.users.forEach((user, b) => {
      const item = batch.items[b]
      const drop = (values: Vector, layer: number) => this.drop(values, position + b, layer, epoch)
      const trace = this.forward(user, item, drop)
      const s = batch.labels[b] ? -trace.logit : trace.logit
      loss += Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)))
      const probability = 1 / (1 + Math.exp(-trace.logit))
      this.backward(user, item, trace, (probability - batch.labels[b]) / batch.users.length, drop)
      this.touched.user.add(user)
      this.touched.item.add(item)
    })
    this.steps++
    for (const name in this.weights) this.update(name)
    this.touched.user.clear()
    this.touched.item.clear()
    return loss / batch.users.length
  }

  private row(name: string, index: number, width: number): Vector {
    return this.weights[name]?.subarray(index * width, (index + 1) * width) ?? new Float64Array(0)
  }

  private forward(user: number, item: number, drop: (values: Vector, layer: number) => Vector): Trace {
    const { gmfWidth, mlpWidth, hiddenSizes } = this.problem.spec
    const users = this.row('gmf.user.weight', user, gmfWidth)
    const items = this.row('gmf.item.weight', item, gmfWidth)
    const products = users.map((value, i) => value * items[i])
    const mlpUser = this.row('mlp.user.weight', user, mlpWidth)
    const mlpItem = this.row('mlp.item.weight', item, mlpWidth)
    const inputs: Vector[] = [Float64Array.from([...mlpUser, ...mlpItem])]
    hiddenSizes.forEach((size, layer) => {
      inputs[layer] = drop(inputs[layer], layer)
      const weight = this.weights[`tower.${layer}.weight`]
      const bias = this.weights[`tower.${layer}.bias`]
      const width = inputs[layer].length
      inputs.push(
        Float64Array.from({ length: size }, (_, out) =>
          Math.max(0, bias[out] + inputs[layer].reduce((sum, x, i) => sum + x * weight[out * width + i], 0)),
        ),
      )
    })
    const features = [...products, ...inputs.at(-1)!]
    const predict = this.weights['predict.weight']
    const logit = features.reduce((sum, x, i) => sum + x * predict[i], this.weights['predict.bias'][0])
    return { inputs, products, logit }
  }

  private backward(
    user: number,
    item: number,
    trace: Trace,
    dz: number,
    drop: (values: Vector, layer: number) => Vector,
  ): void {
    const { gmfWidth, mlpWidth, hiddenSizes } = this.problem.spec
    const predict = this.weights['predict.weight']
    const features = [...trace.products, ...trace.inputs.at(-1)!]
    features.forEach((x, i) => (this.gradients['predict.weight'][i] += dz * x))
    this.gradients['predict.bias'][0] += dz
    for (let i = 0; i < gmfWidth; i++) {
      const slope = dz * predict[i]
      this.gradients['gmf.user.weight'][user * gmfWidth + i] +=
        slope * this.weights['gmf.item.weight'][item * gmfWidth + i]
      this.gradients['gmf.item.weight'][item * gmfWidth + i] +=
        slope * this.weights['gmf.user.weight'][user * gmfWidth + i]
    }
    let delta: Vector = trace.inputs.at(-1)!.map((_, i) => dz * predict[gmfWidth + i])
    for (let layer = hiddenSizes.length - 1; layer >= 0; layer--) {
      const before = trace.inputs[layer]
      const after = trace.inputs[layer + 1]
      const weight = this.weights[`tower.${layer}.weight`]
      // trace.inputs[layer + 1] may have been dropped since, but its own mask has been applied to delta by then.
      const local = delta.map((d, out) => (after[out] > 0 ? d : 0))
      local.forEach((d, out) => {
        this.gradients[`tower.${layer}.bias`][out] += d
        before.forEach((x, i) => (this.gradients[`tower.${layer}.weight`][out * before.length + i] += d * x))
      })
      const back = before.map((_, i) =>
        local.reduce((sum, d, out) => sum + d * weight[out * before.length + i], 0),
      )
      delta = drop(back, layer)
    }
    for (let i = 0; i < mlpWidth; i++) {
      this.gradients['mlp.user.weight'][user * mlpWidth + i] += delta[i]
      this.gradients['mlp.item.weight'][item * mlpWidth + i] += delta[mlpWidth + i]
    }
  }

  private drop(values: Vector, sample: number, layer: number, epoch: number): Vector {
    const rate = this.problem.options.dropout
    if (!rate) return values
    return values.map((value, unit) => {
      const word = philox([sample, layer, epoch, unit >> 2], this.dropoutKey)[unit % 4]
      return word < Math.floor(rate * 2 ** 32) ? 0 : value / (1 - rate)
    })
  }

  private penalty(name: string): number {
    const { l2 } = this.problem.options
    const byName: Record<string, number> = {
      'gmf.user.weight': l2.gmfUser,
      'gmf.item.weight': l2.gmfItem,
      'mlp.user.weight': l2.mlpUser,
      'mlp.item.weight': l2.mlpItem,
      'predict.weight': l2.predict,
    }
    const tower = /^tower\.(\d+)\.weight$/.exec(name)
    return (tower ? l2.tower[Number(tower[1])] : byName[name]) ?? 0
  }

  private update(name: string): void {
    const { l2, optimizer } = this.problem.options
    const side = /^(?:gmf|mlp)\.(user|item)/.exec(name)?.[1] as 'user' | 'item' | undefined
    const width = side
      ? name.startsWith('gmf')
        ? this.problem.spec.gmfWidth
        : this.problem.spec.mlpWidth
      : 0
    const penalty = this.penalty(name)
    this.weights[name].forEach((weight, i) => {
      const isTouched = !side || this.touched[side].has(Math.floor(i / width))
      if (optimizer === 'lazyAdam' && !isTouched && !(penalty && l2.scope === 'table')) return
      const penalised = isTouched || l2.scope === 'table'
      this.apply(
        name,
        i,
        this.gradients[name][i] + (penalised ? 2 * penalty * weight : 0),
        side !== undefined,
      )
    })
  }

  private apply(name: string, i: number, gradient: number, isRow: boolean): void {
    const { optimizer, learningRate } = this.problem.options
    const weights = this.weights[name]
    const m = this.first[name]
    const v = this.second[name]
    if (optimizer === 'sgd') weights[i] -= learningRate * gradient
    else if (optimizer === 'adagrad') {
      v[i] += gradient ** 2
      weights[i] -= (learningRate * gradient) / (Math.sqrt(v[i]) + 1e-10)
    } else if (optimizer === 'rmsprop') {
      v[i] = 0.99 * v[i] + 0.01 * gradient ** 2
      weights[i] -= (learningRate * gradient) / (Math.sqrt(v[i]) + 1e-8)
    } else {
      const correction = Math.sqrt(1 - BETA2 ** this.steps)
      const epsilon = optimizer === 'lazyAdam' && isRow ? 1e-8 : 1e-8 * correction
      m[i] = BETA1 * m[i] + (1 - BETA1) * gradient
      v[i] = BETA2 * v[i] + (1 - BETA2) * gradient ** 2
      weights[i] -=
        ((learningRate * correction) / (1 - BETA1 ** this.steps)) * (m[i] / (Math.sqrt(v[i]) + epsilon))
    }
  }
}
