import { fieldsOf, isNeural, runConfigSchema, type NeuralConfig, type RunConfig } from '../run/runConfig.ts'

/** The one setting that tells a model from its like, if it has any: F = 32, λ = 500, k = 200. */
export function mainSetting(config: RunConfig): string[] {
  if (isNeural(config) && config.model === 'MLP' && config.tower) return [config.tower.join('-')]
  const { factors, neighbors, lambda } = fieldsOf(config)
  if (factors !== undefined) return [`F = ${factors}`]
  if (neighbors !== undefined) return [`k = ${neighbors}`]
  return lambda === undefined ? [] : [`λ = ${lambda}`]
}

/** A model in as few words as tell it from others: `NeuMF pre-trained F = 32`, `EASE λ = 500`, `ItemPop`. */
export function modelTitle(config: RunConfig): string {
  const pretrained = isNeural(config) && config.pretraining ? ['pre-trained'] : []
  return [config.model, ...pretrained, ...mainSetting(config)].join(' ')
}

/** Fields that the title says already, and those that no figure depends on. */
const NOT_TOLD = ['model', 'factors', 'seed', 'selection', 'fullRanking', 'pretraining', 'arithmetic', 'l2']

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join('-') : String(value)
}

/** `learningRate` as `learning rate` */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** `L2 mlpUser 0.001`: penalties of 0, however many layers they are written for, are none. */
function penalties({ l2 }: NeuralConfig): string[] {
  const { scope, ...parts } = l2
  const named = Object.entries(parts)
    .filter(([, penalty]) => (Array.isArray(penalty) ? penalty.some((one) => one > 0) : penalty > 0))
    .map(([part, penalty]) => `${part} ${shown(penalty)}`)
  return named.length === 0 ? [] : [`L2 ${named.join(' ')}${scope === 'table' ? ' (table)' : ''}`]
}

/** The settings that are not as usual for the model, beyond those of its title: `epochs 40`, `optimizer sgd`. */
export function unusualSettings(config: RunConfig): string[] {
  const usual: Record<string, unknown> = runConfigSchema.parse({ model: config.model })
  const title = mainSetting(config).join()
  const told = [
    ...NOT_TOLD,
    ...(title.startsWith('k') ? ['neighbors'] : title.startsWith('λ') ? ['lambda'] : []),
  ]
  const others = Object.entries(config)
    .filter(([name, value]) => value !== undefined && !told.includes(name))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]))
    .map(([name, value]) => `${inWords(name)} ${shown(value)}`)
  return isNeural(config) ? [...others, ...penalties(config)] : others
}
