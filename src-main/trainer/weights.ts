import { createHash } from 'node:crypto'
import { parameterLayout, type Weights } from '../core/models/parameterLayout.ts'
import type { ModelSpec } from '../core/models/modelSpec.ts'
import type { Tensor } from '../node/safetensors.ts'

export interface ModelShape {
  spec: ModelSpec
  userCount: number
  itemCount: number
}

/** SHA-256, in hex, over all weights in the order of the parameter layout, as little-endian float32. */
export function weightsHash(weights: Weights, { spec, userCount, itemCount }: ModelShape): string {
  const hash = createHash('sha256')
  for (const { name } of parameterLayout(spec, userCount, itemCount)) {
    const { buffer, byteOffset, byteLength } = weights[name]
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}

/** Weights as tensors, in the order of the parameter layout. */
export function tensorsOf(weights: Weights, { spec, userCount, itemCount }: ModelShape): Tensor[] {
  return parameterLayout(spec, userCount, itemCount).map(({ name, shape }) => ({
    name,
    shape,
    data: weights[name],
  }))
}

/** The float32 tensors by name. */
export function weightsOf(tensors: readonly Tensor[]): Weights {
  const entries = tensors
    .filter(({ data }) => data instanceof Float32Array)
    .map(({ name, data }) => [name, data])
  return Object.fromEntries(entries)
}
