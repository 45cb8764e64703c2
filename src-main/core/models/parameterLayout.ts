import { predictWidth, type ModelSpec } from './modelSpec.ts'

/** One named tensor of a model, row-major; names and shapes are those of the safetensors file. */
export interface Parameter {
  name: string
  shape: readonly number[]
}

/** A model's weights by name, each as long as the product of its shape. */
export type Weights = Record<string, Float32Array>

/**
 * The parameters of a model in their fixed order (also the order of the weights hash). Embeddings are [rows, width],
 * tower and prediction weights [out, in] as in PyTorch (y = W x + b).
 */
export function parameterLayout(spec: ModelSpec, userCount: number, itemCount: number): Parameter[] {
  const parameters: Parameter[] = []
  const add = (name: string, ...shape: number[]) => parameters.push({ name, shape })
  if (spec.gmfWidth) {
    add('gmf.user.weight', userCount, spec.gmfWidth)
    add('gmf.item.weight', itemCount, spec.gmfWidth)
  }
  if (spec.mlpWidth) {
    add('mlp.user.weight', userCount, spec.mlpWidth)
    add('mlp.item.weight', itemCount, spec.mlpWidth)
  }
  let inputs = 2 * spec.mlpWidth
  spec.hiddenSizes.forEach((outputs, layer) => {
    add(`tower.${layer}.weight`, outputs, inputs)
    add(`tower.${layer}.bias`, outputs)
    inputs = outputs
  })
  add('predict.weight', 1, predictWidth(spec))
  add('predict.bias', 1)
  return parameters
}

export function elementCount(parameter: Parameter): number {
  return parameter.shape.reduce((product, size) => product * size, 1)
}

export function parameterCount(spec: ModelSpec, userCount: number, itemCount: number): number {
  return parameterLayout(spec, userCount, itemCount).reduce(
    (sum, parameter) => sum + elementCount(parameter),
    0,
  )
}
