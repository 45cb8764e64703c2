import { normalQuantile } from '../random/normal.ts'
import { deriveKey, keyFromSeed, RandomStream, wordToOpenUnit } from '../random/streams.ts'
import type { ModelSpec } from './modelSpec.ts'
import { elementCount, parameterLayout, type Parameter, type Weights } from './parameterLayout.ts'

const EMBEDDING_DEVIATION = 0.01

function fill(stream: RandomStream, length: number, deviate: (unit: number) => number): Float32Array {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i++) values[i] = deviate(wordToOpenUnit(stream.nextWord()))
  return values
}

function uniformBound(parameter: Parameter): number {
  const [outputs, inputs] = parameter.shape
  // Kaiming uniform with a = 1 for the prediction layer, Xavier uniform (Glorot and Bengio 2010) for the tower.
  return parameter.name === 'predict.weight' ? Math.sqrt(3 / inputs) : Math.sqrt(6 / (inputs + outputs))
}

function initialise(parameter: Parameter, stream: RandomStream): Float32Array {
  const length = elementCount(parameter)
  if (parameter.name.endsWith('.bias')) return new Float32Array(length)
  if (/^(gmf|mlp)\./.test(parameter.name)) {
    return fill(stream, length, (unit) => EMBEDDING_DEVIATION * normalQuantile(unit))
  }
  const bound = uniformBound(parameter)
  return fill(stream, length, (unit) => (2 * unit - 1) * bound)
}

/**
 * The weights that a seed starts from: embeddings N(0, 0.01^2), tower Xavier uniform, prediction Kaiming uniform
 * (bound sqrt(3 / fan-in)), biases 0. Each parameter has a stream of its own, so a model's GMF part starts alike in
 * GMF and in NeuMF, and the bits are the same on every machine.
 */
export function initialWeights(spec: ModelSpec, userCount: number, itemCount: number, seed: string): Weights {
  const key = deriveKey(keyFromSeed(seed), 'init')
  const entries = parameterLayout(spec, userCount, itemCount).map((parameter) => [
    parameter.name,
    initialise(parameter, new RandomStream(deriveKey(key, parameter.name))),
  ])
  return Object.fromEntries(entries)
}
