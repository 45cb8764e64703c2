import type { RecognisedModel } from './specFromTensors.ts'
import { elementCount, parameterLayout, type Weights } from './parameterLayout.ts'

/** The halves of a NeuMF that can be trained before it. */
export const PARTS = ['gmf', 'mlp'] as const
export type PartName = (typeof PARTS)[number]

/** What each half is a model of. */
export const PART_MODELS = { gmf: 'GMF', mlp: 'MLP' } as const

/** Both halves weigh alike (He et al. 2017, section 4.1). */
export const DEFAULT_ALPHA = 0.5
/** How the paper trains the fused model on: momenta that Adam had are not kept (section 3.4.1). */
export const FUSED_OPTIMIZER = 'sgd'

export type PretrainingErrorCode =
  | 'part-missing'
  | 'part-unfinished'
  | 'part-changed'
  | 'part-of-other-model'
  | 'part-of-other-size'
  | 'part-of-other-data'

/** Raised for a GMF or an MLP that a NeuMF cannot start from; the message says which, why, and what would do. */
export class PretrainingError extends Error {
  override name = 'PretrainingError'

  constructor(
    readonly code: PretrainingErrorCode,
    message: string,
  ) {
    super(message)
  }
}

/** A model with its article: `a GMF`, `an MLP`. */
export const oneModel = (model: string) => (/^[AEIMO]/.test(model) ? `an ${model}` : `a ${model}`)

const list = (sizes: readonly number[]) => (sizes.length > 0 ? sizes.join(', ') : 'none')

/** What is wrong with the widths of a part, and what would be right. */
function otherWidths(part: PartName, found: RecognisedModel, whole: RecognisedModel): string | undefined {
  const [is, wanted] = [found.spec, whole.spec]
  if (part === 'gmf') {
    if (is.gmfWidth === wanted.gmfWidth) return undefined
    return `has ${is.gmfWidth} factors, but this NeuMF has ${wanted.gmfWidth}`
  }
  if (is.mlpWidth !== wanted.mlpWidth)
    return `has MLP embeddings of width ${is.mlpWidth}, but those of this NeuMF have ${wanted.mlpWidth}`
  if (is.hiddenSizes.join() === wanted.hiddenSizes.join()) return undefined
  return `has hidden layers of ${list(is.hiddenSizes)} units, but those of this NeuMF have ${list(wanted.hiddenSizes)}`
}

/**
 * Throws PretrainingError unless a model can become that part of a NeuMF.
 *
 * @param name What people know the part by, such as `GMF run 20261124-081530-gmf-x7k2`.
 */
export function requireFittingPart(
  part: PartName,
  found: RecognisedModel,
  whole: RecognisedModel,
  name: string,
): void {
  const model = PART_MODELS[part]
  if (found.spec.model !== model) {
    const message = `${name} is ${oneModel(found.spec.model)}: the ${model} part of a NeuMF has to come from ${oneModel(model)}.`
    throw new PretrainingError('part-of-other-model', message)
  }
  if (found.userCount !== whole.userCount || found.itemCount !== whole.itemCount) {
    const message = `${name} is for ${found.userCount} users and ${found.itemCount} items, but the dataset has ${whole.userCount} users and ${whole.itemCount} items: choose one that was trained on the same data.`
    throw new PretrainingError('part-of-other-data', message)
  }
  const problem = otherWidths(part, found, whole)
  if (problem === undefined) return
  const message = `${name} ${problem}: choose a part of the same sizes, or change those of the NeuMF.`
  throw new PretrainingError('part-of-other-size', message)
}

/** alpha times the GMF's prediction weights, then 1 - alpha times the MLP's; also for their biases, which are added. */
function fusedPrediction(gmf: Weights, mlp: Weights, alpha: number): Weights {
  const [left, right] = [gmf['predict.weight'], mlp['predict.weight']]
  const weight = new Float32Array(left.length + right.length)
  left.forEach((value, i) => (weight[i] = alpha * value))
  right.forEach((value, i) => (weight[left.length + i] = (1 - alpha) * value))
  const bias = alpha * gmf['predict.bias'][0] + (1 - alpha) * mlp['predict.bias'][0]
  return { 'predict.weight': weight, 'predict.bias': Float32Array.of(bias) }
}

/**
 * The weights that a NeuMF starts from after GMF and MLP were trained alone (He et al. 2017, section 3.4.1, equation
 * 13): embeddings and tower as they are, predict = [alpha h_GMF ; (1 - alpha) h_MLP]. Its logits are alpha times
 * GMF's plus 1 - alpha times MLP's. The parts must fit: see requireFittingPart.
 *
 * @param alpha Weight of GMF, 0..1; the paper takes 0.5.
 */
export function fuseParts(gmf: Weights, mlp: Weights, whole: RecognisedModel, alpha: number): Weights {
  const prediction = fusedPrediction(gmf, mlp, alpha)
  const layout = parameterLayout(whole.spec, whole.userCount, whole.itemCount)
  const entries = layout.map((parameter) => {
    const { name } = parameter
    const values = prediction[name] ?? (name.startsWith('gmf.') ? gmf : mlp)[name].slice()
    if (values.length !== elementCount(parameter))
      throw new RangeError(
        `${name} has ${values.length} values, not those of [${parameter.shape.join(', ')}].`,
      )
    return [name, values]
  })
  return Object.fromEntries(entries) as Weights
}
