import type { TrainingSet } from '../dataset/dataset.ts'
import { normalQuantile } from '../random/normal.ts'
import { deriveKey, keyFromSeed, RandomStream, wordToOpenUnit } from '../random/streams.ts'
import { floatTensor, type NamedTensor } from './namedTensor.ts'

/** One float32 row for each user and each item. */
export interface FactorTables {
  user: Float32Array
  item: Float32Array
}

/** First factors, N(0, deviation^2), from the streams `init`/`user.factors` and `init`/`item.factors` of the seed. */
export function initialFactors(
  { userCount, itemCount }: TrainingSet,
  { factors, seed }: { factors: number; seed: string },
  deviation: number,
): FactorTables {
  const key = deriveKey(keyFromSeed(seed), 'init')
  const draw = (name: string, rows: number) => {
    const stream = new RandomStream(deriveKey(key, name))
    const values = new Float32Array(rows * factors)
    for (let i = 0; i < values.length; i++)
      values[i] = deviation * normalQuantile(wordToOpenUnit(stream.nextWord()))
    return values
  }
  return { user: draw('user.factors', userCount), item: draw('item.factors', itemCount) }
}

export function factorTensors({ user, item }: FactorTables, factors: number): NamedTensor[] {
  return [
    { name: 'user.factors', shape: [user.length / factors, factors], data: user },
    { name: 'item.factors', shape: [item.length / factors, factors], data: item },
  ]
}

/** Overwrites factors by stored ones. Throws EngineError 'bad-weights'. */
export function restoreFactors(tables: FactorTables, factors: number, tensors: readonly NamedTensor[]): void {
  for (const { name, shape, data } of factorTensors(tables, factors))
    data.set(floatTensor(tensors, name, shape))
}
