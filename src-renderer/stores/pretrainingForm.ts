import {
  DEFAULT_ALPHA,
  FUSED_OPTIMIZER,
  modelSpec,
  type NeuralConfig,
  type PretrainedPart,
  type Pretraining,
} from '../../src-main/contract/vocabulary.ts'
import type { NeuralForm } from './neuralForm.ts'
import { numberOf } from './typedNumbers.ts'

/** A NeuMF that starts from a GMF and an MLP: where they come from, and how the fused model goes on. */
export interface PretrainingForm {
  /** 'train': both are trained first, with the sizes of the form; 'runs': there are runs of them already. */
  parts: 'train' | 'runs'
  gmf?: PretrainedPart
  mlp?: PretrainedPart
  alpha: string
  epochs: string
  learningRate: string
  optimizer: NeuralConfig['optimizer']
}

/** As in He et al. (WWW 2017), section 3.4.1: equal weights, then plain SGD, since Adam's momenta are not kept. */
export function paperPretraining(): PretrainingForm {
  return {
    parts: 'train',
    alpha: String(DEFAULT_ALPHA),
    epochs: '20',
    learningRate: '0.001',
    optimizer: FUSED_OPTIMIZER,
  }
}

/** The form of a configuration that names its parts. */
export function pretrainingFormOf(config: NeuralConfig & { pretraining: Pretraining }): PretrainingForm {
  const { gmf, mlp, alpha } = config.pretraining
  const { epochs, learningRate, optimizer } = config
  return {
    ...{ parts: 'runs', gmf, mlp, optimizer },
    ...{ alpha: String(alpha), epochs: String(epochs), learningRate: String(learningRate) },
  }
}

/** How the fused model is trained. */
export function fusedInput({ epochs, learningRate, optimizer }: PretrainingForm) {
  return { epochs: numberOf(epochs), learningRate: numberOf(learningRate), optimizer }
}

/**
 * The sizes of a NeuMF that a GMF and an MLP fit into, as they are typed: the factors of the one, the tower of the
 * other; of a part that is not known, nothing changes.
 */
export function sizesOfParts(gmf?: NeuralConfig, mlp?: NeuralConfig): Partial<NeuralForm> {
  const factors = gmf && { factors: String(gmf.factors) }
  if (!mlp) return { ...factors }
  const { mlpWidth, hiddenSizes } = modelSpec(mlp)
  const byLayers = mlp.tower === undefined && (gmf === undefined || gmf.factors === mlp.factors)
  return byLayers
    ? { shape: 'layers', factors: String(mlp.factors), layers: String(mlp.layers) }
    : { ...factors, shape: 'tower', tower: [2 * mlpWidth, ...hiddenSizes].join(', ') }
}
