import { createHash } from 'node:crypto'
import { parameterLayout, type Parameter, type Weights } from '../core/models/parameterLayout.ts'
import type { ModelSpec } from '../core/models/modelSpec.ts'
import type { Tensor } from '../node/safetensors.ts'

export interface ModelShape {
  spec: ModelSpec
  userCount: number
  itemCount: number
}

export function layoutOf({ spec, userCount, itemCount }: ModelShape): Parameter[] {
  return parameterLayout(spec, userCount, itemCount)
}

/** SHA-256, in hex, over the values of all tensors in their order, little-endian. */
export function tensorsHash(tensors: readonly Tensor[]): string {
  const hash = createHash('sha256')
  for (const { data } of tensors) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}

/** SHA-256, in hex, over all weights in the order of the parameter layout, as little-endian float32. */
export function weightsHash(weights: Weights, shape: ModelShape): string {
  return tensorsHash(tensorsOf(weights, shape))
}

/** Weights as tensors, in the order of the parameter layout. */
export function tensorsOf(weights: Weights, model: ModelShape): Tensor[] {
  return layoutOf(model).map(({ name, shape }) => ({ name, shape, data: weights[name] }))
}

/** The float32 tensors by name. */
export function weightsOf(tensors: readonly Tensor[]): Weights {
  const entries = tensors
    .filter(({ data }) => data instanceof Float32Array)
    .map(({ name, data }) => [name, data])
  return Object.fromEntries(entries)
}
