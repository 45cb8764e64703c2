import { EngineError } from '../engine.ts'

/** A tensor of a baseline, row-major; names and shapes are those of the safetensors file. */
export interface NamedTensor {
  name: string
  shape: readonly number[]
  data: Float32Array | Int32Array
}

/**
 * The values of a float32 tensor of a known shape.
 * @throws EngineError 'bad-weights' where it is missing or is not so.
 */
export function floatTensor(
  tensors: readonly NamedTensor[],
  name: string,
  shape: readonly number[],
): Float32Array {
  const found = tensors.find((tensor) => tensor.name === name)
  if (found?.data instanceof Float32Array && found.shape.join() === shape.join()) return found.data
  throw badTensor(name, `should be [${shape.join(', ')}] of float32`, found)
}

/** As floatTensor(), of a row of whole numbers whose length is not known. */
export function integerRow(tensors: readonly NamedTensor[], name: string): Int32Array {
  const found = tensors.find((tensor) => tensor.name === name)
  if (found?.data instanceof Int32Array && found.shape.length === 1) return found.data
  throw badTensor(name, 'should be a row of int32', found)
}

function badTensor(name: string, expected: string, found: NamedTensor | undefined): EngineError {
  const state = found
    ? `[${found.shape.join(', ')}] of ${found.data instanceof Float32Array ? 'float32' : 'int32'}`
    : 'missing'
  return new EngineError('bad-weights', `${name} ${expected}, but is ${state}.`)
}
