import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Dataset } from '../../src-main/core/dataset/dataset.ts'
import { datasetOf } from './rankingModels.ts'

const folder = resolve(import.meta.dirname, '../../../shared/data/ml-1m')

/** Whether the NCF files of ML-1M are there; says what is skipped where they are not. */
export function hasMl1m(what: string): boolean {
  const isThere = existsSync(folder)
  if (!isThere)
    console.warn(`${what} on ML-1M is skipped: there is no ../shared/data/ml-1m beside the repository.`)
  return isThere
}

/** The lines of one of its files. */
export const ml1mLines = (name: string) => readFileSync(resolve(folder, name), 'utf8').trimEnd().split('\n')

/** The split and the candidates of the NCF authors. */
export function ml1m(): Dataset {
  const train: number[][] = []
  for (const line of ml1mLines('ml-1m.train.rating')) {
    const [user, item] = line.split('\t', 2).map(Number)
    ;(train[user] ??= []).push(item)
  }
  const users = ml1mLines('ml-1m.test.negative').map((line) => {
    const [pair, ...negatives] = line.split('\t')
    const [user, test] = pair.slice(1, -1).split(',').map(Number)
    return { train: train[user] ?? [], test, negatives: negatives.map(Number) }
  })
  return datasetOf(3706, users)
}
