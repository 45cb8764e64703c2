import { z } from 'zod'
import type { Dataset } from './dataset.ts'
import { itemPopularity } from './itemPopularity.ts'

const count = z.int().min(0)

/** Five-number summary with the upper tail that popularity needs; zeros when there is nothing to summarise. */
const quantiles = z.strictObject({
  minimum: count,
  lowerQuartile: count,
  median: count,
  upperQuartile: count,
  ninetyFifth: count,
  maximum: count,
})

export type Quantiles = z.infer<typeof quantiles>

/** What an import found in the data, for people to judge before they train on it. */
export const datasetReportSchema = z.strictObject({
  users: count,
  items: count,
  /** Distinct positive pairs in training, validation and test together. */
  interactions: count,
  /** Interactions / (users x items). */
  density: z.number().min(0).max(1),
  duplicatesCollapsed: count,
  /** Distinct pairs left out because their rating is under the threshold. */
  belowThreshold: count,
  usersDropped: count,
  /** Users whose held-out item stands among their own negatives: 156 in the ML-1M files of He et al. */
  positivesAmongOwnNegatives: count,
  /** Held-out items, counted once each, that never occur in training. */
  coldTestItems: count,
  /** Users with a held-out item and no training item. */
  coldUsers: count,
  usersWithFewerNegatives: count,
  usersWithoutHeldOut: count,
  /** Users whose held-out item is also one of their training items: a leak in the source. */
  heldOutInTrain: count,
  /** Training items per user. */
  activity: quantiles,
  /** Training users per item. */
  popularity: quantiles,
  /** Sentences for people. */
  warnings: z.array(z.string()),
})

export type DatasetReport = z.infer<typeof datasetReportSchema>

/** What only the import knows. */
export interface ImportCounts {
  duplicatesCollapsed: number
  belowThreshold: number
  usersDropped: number
  negativesWanted: number
  /** Sentences about the source, put before those about the data. */
  warnings: readonly string[]
}

/** Counts what `DatasetReport` holds; one pass over the arrays. */
export function reportDataset(dataset: Dataset, counts: ImportCounts): DatasetReport {
  const popularity = itemPopularity(dataset)
  const figures = {
    users: dataset.userCount,
    items: dataset.itemCount,
    ...sizes(dataset),
    duplicatesCollapsed: counts.duplicatesCollapsed,
    belowThreshold: counts.belowThreshold,
    usersDropped: counts.usersDropped,
    coldTestItems: new Set(dataset.heldOut.filter((item) => item >= 0 && popularity[item] === 0)).size,
    ...peculiarUsers(dataset, counts.negativesWanted),
    activity: summarise(
      Uint32Array.from({ length: dataset.userCount }, (_, user) => trainCount(dataset, user)),
    ),
    popularity: summarise(popularity),
  }
  return { ...figures, warnings: [...counts.warnings, ...warn(figures, counts.negativesWanted)] }
}

function trainCount({ trainStart }: Dataset, user: number): number {
  return trainStart[user + 1] - trainStart[user]
}

function countPresent(items: Int32Array | undefined): number {
  return items === undefined ? 0 : items.reduce((sum, item) => sum + (item >= 0 ? 1 : 0), 0)
}

function sizes(dataset: Dataset): { interactions: number; density: number } {
  const interactions =
    dataset.trainItems.length + countPresent(dataset.heldOut) + countPresent(dataset.validation)
  const cells = dataset.userCount * dataset.itemCount
  return { interactions, density: cells === 0 ? 0 : Math.min(1, interactions / cells) }
}

function peculiarUsers(dataset: Dataset, negativesWanted: number) {
  const { heldOut, trainStart, trainItems, candidateStart, candidates } = dataset
  const found = {
    positivesAmongOwnNegatives: 0,
    coldUsers: 0,
    usersWithFewerNegatives: 0,
    usersWithoutHeldOut: 0,
    heldOutInTrain: 0,
  }
  for (let user = 0; user < dataset.userCount; user++) {
    const item = heldOut[user]
    if (item < 0) {
      found.usersWithoutHeldOut++
      continue
    }
    if (trainCount(dataset, user) === 0) found.coldUsers++
    if (candidateStart[user + 1] - candidateStart[user] < negativesWanted) found.usersWithFewerNegatives++
    if (includes(candidates, candidateStart[user], candidateStart[user + 1], item))
      found.positivesAmongOwnNegatives++
    if (includes(trainItems, trainStart[user], trainStart[user + 1], item)) found.heldOutInTrain++
  }
  return found
}

function includes(items: Int32Array, from: number, to: number, wanted: number): boolean {
  for (let i = from; i < to; i++) if (items[i] === wanted) return true
  return false
}

function summarise(counts: Uint32Array): Quantiles {
  const sorted = counts.slice().sort()
  const at = (share: number) => (sorted.length === 0 ? 0 : sorted[Math.round(share * (sorted.length - 1))])
  return {
    minimum: at(0),
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    ninetyFifth: at(0.95),
    maximum: at(1),
  }
}

function users(count: number): string {
  return count === 1 ? '1 user' : `${count} users`
}

function warn(report: Omit<DatasetReport, 'warnings'>, negativesWanted: number): string[] {
  const sentences: [number, string][] = [
    [
      report.positivesAmongOwnNegatives,
      `${users(report.positivesAmongOwnNegatives)} with the held-out item among its own negatives: that copy is left out of the ranking.`,
    ],
    [
      report.coldTestItems,
      `Held-out items that never occur in training, which a model can only guess: ${report.coldTestItems}.`,
    ],
    [report.coldUsers, `${users(report.coldUsers)} with a held-out item but no training item (cold).`],
    [
      report.usersWithFewerNegatives,
      `${users(report.usersWithFewerNegatives)} with fewer than ${negativesWanted} negatives.`,
    ],
    [
      report.usersWithoutHeldOut,
      `${users(report.usersWithoutHeldOut)} without a held-out item: trained on, never evaluated.`,
    ],
    [
      report.heldOutInTrain,
      `${users(report.heldOutInTrain)} with the held-out item in training too: the test leaks.`,
    ],
    [report.usersDropped, `${users(report.usersDropped)} dropped for having too few positive interactions.`],
    [
      report.duplicatesCollapsed,
      `${report.duplicatesCollapsed} repeated (user, item) rows collapsed to the latest.`,
    ],
  ]
  return sentences.filter(([count]) => count > 0).map(([, sentence]) => sentence)
}
