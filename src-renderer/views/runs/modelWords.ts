import { fieldsOf, isNeural, type RunConfig } from '../../../src-main/contract/vocabulary.ts'

/** GMF, NeuMF pre-trained, EASE. */
export function modelName(config: RunConfig): string {
  const pretrained = isNeural(config) && config.pretraining !== undefined
  return pretrained ? `${config.model} pre-trained` : config.model
}

/** The one setting that tells a model from its like, if it has any: F = 32, λ = 500, k = 200. */
export function mainSetting(config: RunConfig): string | undefined {
  if (isNeural(config) && config.model === 'MLP' && config.tower) return config.tower.join('-')
  const { factors, neighbors, lambda } = fieldsOf(config)
  if (factors !== undefined) return `F = ${factors}`
  if (neighbors !== undefined) return `k = ${neighbors}`
  return lambda === undefined ? undefined : `λ = ${lambda}`
}

/** All that a baseline is tuned by, and the sizes of a neural model, for a table of results; '' without any. */
export function settingsText(config: RunConfig): string {
  const { lambda, alpha, shrinkage, learningRate } = fieldsOf(config)
  if (isNeural(config)) return mainSetting(config) ?? ''
  const others = [
    shrinkage ? `shrinkage ${shrinkage}` : undefined,
    config.model !== 'EASE' && lambda !== undefined ? `λ = ${lambda}` : undefined,
    alpha === undefined ? undefined : `α = ${alpha}`,
    learningRate === undefined ? undefined : `rate ${learningRate}`,
  ]
  return [mainSetting(config), ...others].filter((part) => part !== undefined).join(', ')
}

/** A model in as few words as tell it from others: NeuMF F = 32, EASE λ = 500, ItemPop. */
export function modelTitle(config: RunConfig): string {
  return [modelName(config), mainSetting(config)].filter((part) => part !== undefined).join(' ')
}

/** Whether a model is computed at once, so that epochs and a best one among them say nothing. */
export function isClosedForm(config: RunConfig): boolean {
  return !('epochs' in config)
}
