import { Option, type Command } from 'commander'
import { MODEL_NAMES, modelSpec, type ModelName } from '../core/models/modelSpec.ts'
import {
  L2_SCOPES,
  neuralConfigSchema,
  type NeuralConfig,
  type NeuralConfigInput,
  type RunModel,
} from '../core/run/runConfig.ts'
import { UsageError } from './exitCodes.ts'
import { listOf, notNegative, oneOf } from './flagValues.ts'

/** The L2 penalties of the neural models (the authors' --regs). */
export interface PenaltyFlags {
  l2Embeddings?: number
  l2Tower?: number[]
  l2Scope?: NeuralConfig['l2']['scope']
}

interface NeuralSizes {
  model: RunModel
  factors?: number
  layers?: number
  tower?: number[]
}

export function addPenaltyFlags(command: Command): Command {
  const of = `${MODEL_NAMES.join(', ')}:`
  const flags = [
    new Option('--l2-embeddings <lambda>', `L2 penalty of all embeddings (${of} 0)`).argParser(notNegative),
    new Option('--l2-tower <list>', `L2 penalty of the layers, one for all or one each (${of} 0)`).argParser(
      listOf(notNegative),
    ),
    new Option('--l2-scope <name>', `what it moves: ${L2_SCOPES.join(', ')} (${of} batch)`).argParser(
      oneOf(L2_SCOPES),
    ),
  ]
  for (const flag of flags) command.addOption(flag.helpGroup('Model:'))
  return command
}

/** The penalties that the flags stand for; nothing where none is given. Throws UsageError. */
export function penaltiesOf({ l2Embeddings, l2Tower, l2Scope, ...sizes }: PenaltyFlags & NeuralSizes): {
  l2?: NeuralConfigInput['l2']
} {
  if (l2Embeddings === undefined && l2Tower === undefined && l2Scope === undefined) return {}
  return {
    l2: {
      scope: l2Scope,
      gmfUser: l2Embeddings,
      gmfItem: l2Embeddings,
      mlpUser: l2Embeddings,
      mlpItem: l2Embeddings,
      tower: l2Tower && towerPenalties(l2Tower, sizes),
    },
  }
}

/** One penalty stands for all layers. */
function towerPenalties(penalties: number[], sizes: NeuralSizes): number[] {
  const layers = hiddenLayers(sizes)
  if (layers === undefined) return []
  if (penalties.length === 1) return Array.from({ length: layers }, () => penalties[0])
  if (penalties.length === layers) return penalties
  const expected = layers > 0 ? `one number for all hidden layers, or ${layers}, one each` : 'one number'
  throw new UsageError(`--l2-tower: this model takes ${expected}, not ${penalties.length}.`)
}

const isNeuralName = (model: RunModel): model is ModelName =>
  (MODEL_NAMES as readonly string[]).includes(model)

/** Undefined for a model that has none or cannot be: the configuration's own check says so, with its flag. */
function hiddenLayers({ model, factors, layers, tower }: NeuralSizes): number | undefined {
  if (!isNeuralName(model)) return undefined
  const defaults = neuralConfigSchema.parse({ model })
  const choice = {
    model,
    factors: factors ?? defaults.factors,
    layers: layers ?? defaults.layers,
    tower,
  }
  try {
    return modelSpec(choice).hiddenSizes.length
  } catch {
    return undefined
  }
}
