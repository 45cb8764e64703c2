import type { DatasetReport, Quantiles } from '../core/dataset/datasetReport.ts'
import type { StoredDataset } from '../node/datasetLibrary.ts'
import { count } from './datasetSource.ts'

function spread(quantiles: Quantiles, what: string): string {
  const { minimum, lowerQuartile, median, upperQuartile, ninetyFifth, maximum } = quantiles
  return `${what}: median ${count(median)}, half of them ${count(lowerQuartile)} to ${count(upperQuartile)}, 95 % up to ${count(ninetyFifth)}, from ${count(minimum)} to ${count(maximum)}`
}

function splitInWords({ description }: StoredDataset): string {
  const { split, options, validationSource } = description
  const test =
    split === 'source'
      ? 'test items and negatives are the source’s own'
      : `the latest item of each user is held out, ranked against ${options.negativesPerUser} negatives drawn with seed ${options.evaluationSeed}`
  const validation = {
    latest: '; the one before it is kept for validation',
    random: '; one more, drawn at random, is kept for validation',
  }
  return `Split: ${test}${validationSource === null ? '' : validation[validationSource]}.`
}

function preparation({ description }: StoredDataset): string[] {
  const { options, split } = description
  if (split === 'source') return []
  const threshold =
    options.ratingThreshold === undefined
      ? 'every interaction counts as positive'
      : `ratings of at least ${options.ratingThreshold} count as positive`
  return [`Prepared: ${threshold}; users with fewer than ${options.minimumInteractions} are dropped.`]
}

function sizes({ users, items, interactions, density }: DatasetReport): string {
  return `${count(users)} users, ${count(items)} items, ${count(interactions)} interactions (${(100 * density).toFixed(2)} % of all pairs)`
}

/** What an import found, in words. */
export function qualityReport(stored: StoredDataset): string {
  const { id, description } = stored
  const { name, form, report, fingerprint, importedAt, origin, sources } = description
  return [
    `${name} (${form}), dataset ${id}`,
    sizes(report),
    splitInWords(stored),
    ...preparation(stored),
    spread(report.activity, 'Training items a user'),
    spread(report.popularity, 'Training users an item'),
    ...(report.warnings.length === 0 ? ['Nothing peculiar was found.'] : ['To be known:']),
    ...report.warnings.map((warning) => `  - ${warning}`),
    `Imported ${importedAt} from ${origin.path}`,
    ...sources.map(({ path, bytes, sha256 }) => `  ${path}, ${count(bytes)} bytes, SHA-256 ${sha256}`),
    `Fingerprint ${fingerprint}`,
  ].join('\n')
}
