import { runConfigSchema, type RunConfigInput } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'

/** A curve over K = 1..20 whose value at 10 is known. */
function curve(at10: number): number[] {
  return Array.from({ length: 20 }, (_, k) => Math.min(1, (at10 * (k + 1)) / 10))
}

export interface RunSketch extends Partial<Omit<RunRow, 'config'>> {
  config?: Partial<RunConfigInput>
  hr10?: number
  ndcg10?: number
  epochsCompleted?: number
}

/** A row of the list with what a test says about it; the rest is a finished NeuMF on ML-1M. */
export function runRow({
  config,
  hr10 = 0.68,
  ndcg10 = 0.41,
  epochsCompleted = 20,
  ...rest
}: RunSketch = {}): RunRow {
  const full = runConfigSchema.parse({ model: 'NeuMF', ...config })
  const metrics = { users: 6040, hr: curve(hr10), ndcg: curve(ndcg10), mrr: 0.3, auc: 0.9 }
  return {
    id: '20261124-101500-neumf-ab12',
    state: 'finished',
    name: '',
    tags: [],
    notes: '',
    starred: false,
    archived: false,
    createdAt: '2026-11-24T10:15:00.000Z',
    config: full,
    data: {
      datasetId: 'ml-1m-1234',
      name: 'MovieLens 1M',
      fingerprint: 'f'.repeat(64),
      userCount: 6040,
      itemCount: 3706,
      interactions: 994_169,
    },
    summary: {
      epochsCompleted,
      bestEpoch: 13,
      selection: full.selection,
      selected: metrics,
      ...(full.selection === 'paper' && { test: metrics }),
      trainSeconds: 120,
      last: { epoch: epochsCompleted, loss: 0.25, hr10: hr10 - 0.01, ndcg10: ndcg10 - 0.01 },
    },
    elsewhere: false,
    ...rest,
  }
}
