import { Option, type Command } from 'commander'
import { SELECTIONS, type RunConfig } from '../core/run/runConfig.ts'
import { UsageError } from './exitCodes.ts'
import { oneOf, wholeNumber } from './flagValues.ts'

export interface EvaluationFlags {
  selection?: RunConfig['selection']
  validation?: boolean
  fullRanking?: RunConfig['fullRanking']
  earlyStop?: number
}

/** Epochs of patience where none are named. */
const PATIENCE = '5'

const everyEpochs = wholeNumber(1, 100_000)

/** The flags that say how a run is measured and when it ends. */
export function addEvaluationFlags(command: Command): Command {
  const options = [
    new Option('--selection <name>', 'best epoch by: paper (test items, the default), validation').argParser(
      oneOf(SELECTIONS),
    ),
    new Option(
      '--validation',
      'short for --selection validation: import with validation items, choose by them',
    ),
    new Option('--full-ranking [n]', 'rank among all items as well: at the end, or after every n epochs')
      .preset('end')
      .argParser((text) => (text === 'end' ? text : everyEpochs(text))),
    new Option('--early-stop [n]', 'end after n epochs without a better HR@10 (5 where no n is given)')
      .preset(PATIENCE)
      .argParser(everyEpochs),
  ]
  for (const option of options) command.addOption(option.helpGroup('Evaluation:'))
  return command
}

/** The fields of a configuration that the flags stand for; those not given are left out. Throws UsageError. */
export function evaluationFieldsOf({ selection, validation, fullRanking, earlyStop }: EvaluationFlags): {
  selection?: RunConfig['selection']
  fullRanking?: RunConfig['fullRanking']
  patience?: number
} {
  if (validation && selection === 'paper')
    throw new UsageError('--validation chooses by the validation items, --selection paper by the test items.')
  const chosen = validation ? 'validation' : selection
  return {
    ...(chosen && { selection: chosen }),
    ...(fullRanking && { fullRanking }),
    ...(earlyStop && { patience: earlyStop }),
  }
}
