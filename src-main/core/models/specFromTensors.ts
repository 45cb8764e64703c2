import { modelSpec, ModelSpecError, type ModelName, type ModelSpec } from './modelSpec.ts'
import { parameterLayout } from './parameterLayout.ts'

/** A model as its tensors describe it. */
export interface RecognisedModel {
  spec: ModelSpec
  userCount: number
  itemCount: number
}

type Shapes = ReadonlyMap<string, readonly number[]>

function recogniseName(shapes: Shapes): ModelName {
  const gmf = shapes.has('gmf.user.weight')
  const mlp = shapes.has('mlp.user.weight')
  if (gmf && mlp) return 'NeuMF'
  if (gmf) return 'GMF'
  if (mlp) return 'MLP'
  throw new ModelSpecError(
    'The weights have neither gmf.user.weight nor mlp.user.weight, so they are of no NCF model.',
  )
}

function towerOf(shapes: Shapes): number[] {
  const width = shapes.get('mlp.user.weight')?.[1] ?? 0
  const tower = [2 * width]
  for (let layer = 0; shapes.has(`tower.${layer}.weight`); layer++)
    tower.push(shapes.get(`tower.${layer}.weight`)![0])
  return tower
}

function checkShapes(model: RecognisedModel, shapes: Shapes): void {
  for (const { name, shape } of parameterLayout(model.spec, model.userCount, model.itemCount)) {
    const found = shapes.get(name)
    if (found?.join() === shape.join()) continue
    const problem = found ? `has the shape [${found.join(', ')}]` : 'is missing'
    throw new ModelSpecError(`${name} ${problem}; this ${model.spec.model} needs [${shape.join(', ')}].`)
  }
}

/** Reads model, sizes and widths from the shapes of named tensors; further tensors are ignored. Throws ModelSpecError. */
export function specFromTensors(shapes: Shapes): RecognisedModel {
  const model = recogniseName(shapes)
  const side = model === 'MLP' ? 'mlp' : 'gmf'
  const [userCount, gmfOrMlpWidth] = shapes.get(`${side}.user.weight`)!
  const itemCount = shapes.get(`${side}.item.weight`)?.[0] ?? 0
  const factors = model === 'MLP' ? 1 : gmfOrMlpWidth
  const tower = model === 'GMF' ? undefined : towerOf(shapes)
  const recognised = { spec: modelSpec({ model, factors, layers: 0, tower }), userCount, itemCount }
  checkShapes(recognised, shapes)
  return recognised
}
