import { fieldsOf, isNeural, mainSetting, type RunConfig } from '../../../src-main/contract/vocabulary.ts'

/** GMF, NeuMF pre-trained, EASE. */
export function modelName(config: RunConfig): string {
  const pretrained = isNeural(config) && config.pretraining !== undefined
  return pretrained ? `${config.model} pre-trained` : config.model
}

/** All that a baseline is tuned by, and the sizes of a neural model, for a table of results; '' without any. */
export function settingsText(config: RunConfig): string {
  const { lambda, alpha, shrinkage, learningRate } = fieldsOf(config)
  if (isNeural(config)) return mainSetting(config).join()
  const others = [
    shrinkage ? `shrinkage ${shrinkage}` : undefined,
    config.model !== 'EASE' && lambda !== undefined ? `λ = ${lambda}` : undefined,
    alpha === undefined ? undefined : `α = ${alpha}`,
    learningRate === undefined ? undefined : `rate ${learningRate}`,
  ]
  return [...mainSetting(config), ...others].filter((part) => part !== undefined).join(', ')
}
