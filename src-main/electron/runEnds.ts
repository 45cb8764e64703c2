import type { AppEvent } from '../contract/contract.ts'
import type { RunRow } from '../contract/runContract.ts'

/** What a run's end is called; other states are none. */
const ENDS: Partial<Record<RunRow['state'], string>> = { finished: 'is finished', failed: 'has failed' }

const K = 10

/** "HR@10 0.688, NDCG@10 0.411 at epoch 9", of the best epoch. */
function resultText({ summary }: RunRow): string {
  if (!summary) return ''
  const { hr, ndcg } = summary.test ?? summary.selected
  const [hrText, ndcgText] = [hr, ndcg].map((curve) => curve[K - 1].toFixed(3))
  return `HR@${K} ${hrText}, NDCG@${K} ${ndcgText} at epoch ${summary.bestEpoch}`
}

export interface EndNotice {
  title: string
  body: string
}

/** Finds the ends of runs among events: a run that was seen training and now is finished or has failed. */
export class RunEnds {
  private readonly training = new Set<string>()

  /** The notice for an event that ends a run of this program. */
  of(event: AppEvent): EndNotice | undefined {
    if (event.name !== 'run:changed') return undefined
    const row = event.payload
    const trained = this.training.delete(row.id)
    if (row.state === 'running' && !row.elsewhere) this.training.add(row.id)
    const end = ENDS[row.state]
    if (!trained || end === undefined) return undefined
    const name = row.name || row.config?.model || 'A run'
    return { title: `${name} ${end}`, body: row.problem?.message ?? resultText(row) }
  }
}
