import { Option, type Command } from 'commander'
import { DEFAULT_ALPHA, FUSED_OPTIMIZER } from '../core/models/pretraining.ts'
import {
  isNeural,
  neuralConfigSchema,
  PRETRAINED,
  type NeuralConfig,
  type RunModel,
} from '../core/run/runConfig.ts'
import type { EvaluationFlags } from './evaluationFlags.ts'
import { UsageError } from './exitCodes.ts'
import { positive, wholeNumber } from './flagValues.ts'
import { modelConfigOf, type ModelFlags } from './modelFlags.ts'

/** How the parts of a pre-trained NeuMF are come by. */
export interface ChainFlags {
  gmf?: string
  mlp?: string
  pretrainEpochs?: number
  pretrainLr?: number
}

/** What a chain of GMF, MLP and NeuMF is made of, from one seed. */
export interface ChainConfigs {
  gmf: NeuralConfig
  mlp: NeuralConfig
  neumf: NeuralConfig
  /** Weight of the GMF part. */
  alpha: number
}

export function addChainFlags(command: Command): Command {
  const { epochs, learningRate } = neuralConfigSchema.parse({ model: 'GMF' })
  const flags = [
    new Option(
      '--gmf <run|file>',
      'start from this GMF instead of training one: a run, or a .safetensors file',
    ),
    new Option('--mlp <run|file>', 'the same for the MLP'),
    new Option('--pretrain-epochs <n>', `of GMF and MLP (${epochs})`).argParser(wholeNumber(1, 100_000)),
    new Option('--pretrain-lr <rate>', `of GMF and MLP, which Adam trains (${learningRate})`).argParser(
      positive,
    ),
  ]
  for (const flag of flags)
    command.addOption(flag.helpGroup(`${PRETRAINED} (GMF and MLP first, then both as one):`))
  return command
}

/** Throws UsageError where a flag of the chain is given for another model. */
export function requireChainModel(model: RunModel | typeof PRETRAINED, flags: ChainFlags): void {
  if (model === PRETRAINED) return
  const given = {
    gmf: flags.gmf,
    mlp: flags.mlp,
    'pretrain-epochs': flags.pretrainEpochs,
    'pretrain-lr': flags.pretrainLr,
  }
  const first = Object.entries(given).find(([, value]) => value !== undefined)
  if (first) throw new UsageError(`--${first[0]} is for --model ${PRETRAINED} alone.`)
}

/** The configurations that the flags stand for; both parts have the sizes of the NeuMF. Throws UsageError. */
export function chainConfigsOf(
  flags: Omit<ModelFlags, 'model'> & EvaluationFlags & ChainFlags,
): ChainConfigs {
  const { alpha = DEFAULT_ALPHA, ...shared } = flags
  if (alpha > 1) throw new UsageError(`--alpha: of ${PRETRAINED} it is a share, from 0 to 1, not ${alpha}.`)
  const own = { epochs: flags.pretrainEpochs, lr: flags.pretrainLr, optimizer: 'adam' } as const
  const fused = { ...shared, optimizer: flags.optimizer ?? FUSED_OPTIMIZER }
  return {
    gmf: neural({ ...shared, ...own, model: 'GMF', l2Tower: undefined }),
    mlp: neural({ ...shared, ...own, model: 'MLP' }),
    neumf: neural({ ...fused, model: 'NeuMF' }),
    alpha,
  }
}

function neural(flags: ModelFlags & EvaluationFlags): NeuralConfig {
  const config = modelConfigOf(flags)
  if (isNeural(config)) return config
  throw new UsageError(`--model: ${config.model} is no part of ${PRETRAINED}.`)
}
