import { fieldsOf, isNeural, runConfigSchema, type RunConfig } from '../run/runConfig.ts'

/** Whether a model is computed at once: it has no epochs to choose among, and its seed changes nothing. */
export function isClosedForm(config: RunConfig): boolean {
  return !('epochs' in config)
}

function mainSetting(config: RunConfig): string[] {
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
const NOT_TOLD = ['model', 'factors', 'seed', 'selection', 'fullRanking', 'pretraining', 'arithmetic']

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join('-')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The settings that are not as usual for the model, beyond those of its title: `epochs 40`, `optimizer sgd`. */
export function unusualSettings(config: RunConfig): string[] {
  const usual: Record<string, unknown> = runConfigSchema.parse({ model: config.model })
  const title = mainSetting(config).join()
  const told = [
    ...NOT_TOLD,
    ...(title.startsWith('k') ? ['neighbors'] : title.startsWith('λ') ? ['lambda'] : []),
  ]
  return Object.entries(config)
    .filter(([name, value]) => value !== undefined && !told.includes(name))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]))
    .map(([name, value]) => `${name} ${shown(value)}`)
}
