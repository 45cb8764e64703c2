/** The architectures of He et al., "Neural Collaborative Filtering" (WWW 2017). */
export const MODEL_NAMES = ['GMF', 'MLP', 'NeuMF'] as const
export type ModelName = (typeof MODEL_NAMES)[number]

/** What a user chooses: predictive factors and either a number of layers or a tower of their own. */
export interface ModelChoice {
  model: ModelName
  /** F: width of GMF's embeddings and, with `layers`, of the last hidden layer. */
  factors: number
  /** L: hidden layers of the tower, each halving the width; 0 is the paper's MLP-0. Ignored beside `tower`. */
  layers: number
  /** The authors' --layers: the width of the concatenated embeddings, then of each hidden layer. */
  tower?: readonly number[]
}

/** The resolved widths: all that an engine needs to know of a model. */
export interface ModelSpec {
  model: ModelName
  /** Width of the GMF embeddings; 0 without a GMF part. */
  gmfWidth: number
  /** Width of each MLP embedding (user and item); 0 without an MLP part. */
  mlpWidth: number
  /** Output widths of the hidden layers; the first reads 2 * mlpWidth inputs. */
  hiddenSizes: number[]
}

/** Raised for a model that cannot exist; the message says which size is wrong and what would do. */
export class ModelSpecError extends Error {
  override name = 'ModelSpecError'
  readonly code = 'bad-model'

  constructor(
    message: string,
    /** The size of a choice that is wrong. */
    readonly field?: Exclude<keyof ModelChoice, 'model'>,
  ) {
    super(message)
  }
}

function requireInteger(value: number, minimum: number, what: string, field: ModelSpecError['field']): void {
  if (Number.isInteger(value) && value >= minimum) return
  throw new ModelSpecError(`${what} must be a whole number of at least ${minimum}, but is ${value}.`, field)
}

function halvingTower(factors: number, layers: number): number[] {
  // MLP-0 concatenates two embeddings into F outputs, so each is half of F (rounded up for odd F).
  if (layers === 0) return [2 * Math.ceil(factors / 2)]
  return Array.from({ length: layers + 1 }, (_, layer) => factors * 2 ** (layers - layer))
}

/** Resolves a choice into widths. Throws ModelSpecError. */
export function modelSpec(choice: ModelChoice): ModelSpec {
  requireInteger(choice.factors, 1, 'The number of factors', 'factors')
  const gmfWidth = choice.model === 'MLP' ? 0 : choice.factors
  if (choice.model === 'GMF') return { model: 'GMF', gmfWidth, mlpWidth: 0, hiddenSizes: [] }
  if (!choice.tower) requireInteger(choice.layers, 0, 'The number of layers', 'layers')
  const tower = choice.tower ?? halvingTower(choice.factors, choice.layers)
  if (tower.length === 0)
    throw new ModelSpecError('A tower needs at least the width of the concatenated embeddings.', 'tower')
  tower.forEach((width, i) => requireInteger(width, 1, `Tower width ${i + 1}`, 'tower'))
  if (tower[0] % 2) {
    throw new ModelSpecError(
      `The tower's first width is split between the user's and the item's embedding, so it must be even, but is ${tower[0]}.`,
      'tower',
    )
  }
  return { model: choice.model, gmfWidth, mlpWidth: tower[0] / 2, hiddenSizes: tower.slice(1) }
}

/** Width of the tower's output: its last hidden layer, or the concatenated embeddings when there is none. */
function towerOutputWidth(spec: ModelSpec): number {
  return spec.hiddenSizes.at(-1) ?? 2 * spec.mlpWidth
}

/** Inputs of the prediction layer: the GMF part first, then the tower's output. */
export function predictWidth(spec: ModelSpec): number {
  return spec.gmfWidth + towerOutputWidth(spec)
}
