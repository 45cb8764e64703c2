import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { runConfigSchema, type RunConfigInput } from '../../../src-main/contract/vocabulary.ts'

export interface RowChange {
  name?: string
  config?: RunConfigInput
  data?: Partial<NonNullable<RunRow['data']>>
  /** HR@10 of the best epoch, on 6,040 users; NDCG@10 is half of it. Absent: no epoch is done. */
  hr10?: number
  on?: 'test' | 'validation'
  more?: Partial<RunRow>
}

/** A run as the list shows it, finished where it has figures. */
export function runRow(id: string, change: RowChange = {}): RunRow {
  const config = runConfigSchema.parse(change.config ?? { model: 'NeuMF' })
  const data = {
    ...{ datasetId: 'd', name: 'ml-1m', fingerprint: 'f'.repeat(64) },
    ...{ userCount: 6040, itemCount: 3706, interactions: 1_000_209, ...change.data },
  }
  const { seed, ...withoutSeed } = config
  return {
    id,
    state: change.hr10 === undefined ? 'queued' : 'finished',
    ...{ name: change.name ?? id, tags: [], notes: '', starred: false, archived: false },
    ...{ createdAt: '2026-11-24T10:00:00.000Z', config, data, elsewhere: false },
    groupKey: JSON.stringify([withoutSeed, data.fingerprint, seed === '']),
    ...(change.hr10 !== undefined && { summary: summary(change.hr10, change) }),
    ...change.more,
  }
}

function summary(hr10: number, { config, on }: RowChange): NonNullable<RunRow['summary']> {
  const flat = (value: number) => Array.from({ length: 20 }, () => value)
  const metrics = { users: 6040, hr: flat(hr10), ndcg: flat(hr10 / 2), mrr: hr10 / 3, auc: 0.9 }
  const selection = config?.selection ?? 'paper'
  return {
    ...{ epochsCompleted: 20, bestEpoch: 14, selection, selected: metrics, trainSeconds: 100 },
    ...(on !== 'validation' && { test: metrics }),
  }
}
