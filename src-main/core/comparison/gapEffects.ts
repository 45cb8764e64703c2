import { hitRate } from '../metrics/hitRate.ts'
import { ndcg } from '../metrics/ndcg.ts'
import { MISS } from '../metrics/rank.ts'
import { SELECTION_K, type EpochRecord, type RunMetrics } from '../run/epochRecord.ts'
import type { HeldOutRanks, RunRanks } from '../run/runRanks.ts'
import type { RunSummary } from '../run/runSummary.ts'
import { mean } from './moments.ts'
import { shareText } from './verdict.ts'

/** Rules that differ between implementations, and whose effect the stored ranks and epochs tell. */
export const EFFECTS = [
  'ties-for-model',
  'duplicates-counted',
  'natural-logarithm',
  'full-ranking',
  'last-epoch',
  'validation-figure',
  'validation-run',
] as const
export type GapEffectName = (typeof EFFECTS)[number]

export interface AtTen {
  hr10: number
  ndcg10: number
}

/** What another rule would make of the same run. */
export interface GapEffect {
  effect: GapEffectName
  title: string
  before: AtTen
  after: AtTen
  /** after - before. */
  delta: AtTen
  sentence: string
}

/** What is stored of a finished run, as far as there is something. */
export interface GapEvidence {
  id: string
  summary: RunSummary & { test: RunMetrics }
  epochs: readonly EpochRecord[]
  ranks?: RunRanks
  /** For each user of the dataset (heldOutCopies); absent where the dataset cannot be read. */
  copies?: Int32Array
  /** A run that differs in nothing but its selection, by validation. */
  validationRun?: { id: string; test: RunMetrics }
}

/** HR@10 and NDCG@10 of stored metrics. */
export function atTen({ hr, ndcg }: RunMetrics): AtTen {
  return { hr10: hr[SELECTION_K - 1], ndcg10: ndcg[SELECTION_K - 1] }
}

function ofRanks(rank: Int32Array): AtTen {
  return {
    hr10: mean(Array.from(rank, (place) => hitRate(place, SELECTION_K))),
    ndcg10: mean(Array.from(rank, (place) => ndcg(place, SELECTION_K))),
  }
}

function difference(after: AtTen, before: AtTen): AtTen {
  return { hr10: after.hr10 - before.hr10, ndcg10: after.ndcg10 - before.ndcg10 }
}

type Told = Pick<GapEffect, 'effect' | 'title' | 'sentence'>

function effectOf(told: Told, before: AtTen, after: AtTen): GapEffect {
  return { ...told, before, after, delta: difference(after, before) }
}

/** ` .7060 instead of .7023` */
function instead(after: AtTen, before: AtTen): string {
  return `HR@10 ${shareText(after.hr10)} instead of ${shareText(before.hr10)}, NDCG@10 ${shareText(after.ndcg10)} instead of ${shareText(before.ndcg10)}`
}

function counted(users: number): string {
  return users === 1 ? '1 user' : `${users.toLocaleString('en-US')} users`
}

function tieEffect({ rank, ties }: HeldOutRanks): GapEffect {
  const won = rank.map((place, user) => (place === MISS ? MISS : place - ties[user]))
  const [before, after] = [ofRanks(rank), ofRanks(won)]
  const tied = ties.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  const sentence =
    tied === 0
      ? 'No held-out item is tied with a candidate, so the tie rule changes nothing.'
      : `The held-out items of ${counted(tied)} are tied with candidates. Ties are lost here; where they are won, as in code that sorts the held-out item first, the figures are ${instead(after, before)}.`
  return effectOf({ effect: 'ties-for-model', title: 'Ties won by the model', sentence }, before, after)
}

function duplicateEffect({ users, sampled: { rank } }: RunRanks, copies: Int32Array): GapEffect {
  // A copy has the score of the held-out item itself: a tie, which is lost.
  const below = rank.map((place, i) => (place === MISS ? MISS : place + copies[users[i]]))
  const [before, after] = [ofRanks(rank), ofRanks(below)]
  const affected = users.reduce((sum, user) => sum + (copies[user] > 0 ? 1 : 0), 0)
  const sentence =
    affected === 0
      ? 'No held-out item is among its own candidates, so this rule changes nothing.'
      : `${counted(affected)} with the held-out item among its own candidates: that copy is left out here. Where it counts as a rival, the item is ranked below itself: ${instead(after, before)}.`
  return effectOf(
    { effect: 'duplicates-counted', title: 'Copies of the held-out item counted', sentence },
    before,
    after,
  )
}

function logarithmEffect(before: AtTen): GapEffect {
  const after = { hr10: before.hr10, ndcg10: before.ndcg10 / Math.LN2 }
  const sentence = `NDCG with the natural logarithm, a bug seen in some code, is 1.44 times as large: ${shareText(after.ndcg10)} instead of ${shareText(before.ndcg10)}. HR stays.`
  return effectOf(
    { effect: 'natural-logarithm', title: 'NDCG with the natural logarithm', sentence },
    before,
    after,
  )
}

function fullEffect(before: AtTen, full: RunMetrics | AtTen): GapEffect {
  const after = 'hr10' in full ? full : atTen(full)
  const sentence = `Among all items instead of sampled candidates: ${instead(after, before)}. Sampled figures are another measure, and can even order models otherwise.`
  return effectOf({ effect: 'full-ranking', title: 'All items ranked', sentence }, before, after)
}

function lastEpochEffect({ summary, epochs }: GapEvidence, before: AtTen): GapEffect | undefined {
  const last = epochs.at(-1)
  if (summary.selection !== 'paper' || epochs.length < 2 || !last?.test) return undefined
  const after = atTen(last.test)
  const sentence =
    last.epoch === summary.bestEpoch
      ? `The best epoch is the last one, ${last.epoch}: choosing it on the test items added nothing, and more epochs may reach more.`
      : `The last epoch has HR@10 ${shareText(after.hr10)} and NDCG@10 ${shareText(after.ndcg10)}: choosing the best of ${epochs.length} epochs on the test items added ${shareText(before.hr10 - after.hr10)} to HR@10.`
  return effectOf(
    { effect: 'last-epoch', title: 'Last epoch instead of the best on test', sentence },
    before,
    after,
  )
}

function validationFigureEffect({ summary }: GapEvidence, before: AtTen): GapEffect | undefined {
  if (summary.selection !== 'validation') return undefined
  const after = atTen(summary.selected)
  const sentence = `The validation items, by which epoch ${summary.bestEpoch} was chosen, give HR@10 ${shareText(after.hr10)} and NDCG@10 ${shareText(after.ndcg10)}. They are other items, and chosen among: no figure to report.`
  return effectOf(
    { effect: 'validation-figure', title: 'Figure on the validation items', sentence },
    before,
    after,
  )
}

function validationRunEffect({ validationRun }: GapEvidence, before: AtTen): GapEffect | undefined {
  if (!validationRun) return undefined
  const after = atTen(validationRun.test)
  const sentence = `The same run selected by validation (${validationRun.id}) has ${instead(after, before)} on the test items: that is what choosing on them is worth.`
  return effectOf({ effect: 'validation-run', title: 'Epoch chosen by validation', sentence }, before, after)
}

/** Every effect that what is stored can tell, without training or scoring anything. */
export function gapEffects(evidence: GapEvidence): GapEffect[] {
  const { summary, ranks, copies } = evidence
  const before = atTen(summary.test)
  const full = ranks?.full ? ofRanks(ranks.full.rank) : summary.full
  return [
    ranks && tieEffect(ranks.sampled),
    ranks && copies && duplicateEffect(ranks, copies),
    logarithmEffect(before),
    full && fullEffect(before, full),
    lastEpochEffect(evidence, before),
    validationFigureEffect(evidence, before),
    validationRunEffect(evidence, before),
  ].filter((effect) => effect !== undefined)
}

/** Why some effects cannot be told, and how they can. */
export function missingEffects({ id, summary, ranks, copies }: GapEvidence): string[] {
  const command = `ncf evaluate --run ${id}`
  return [
    ...(ranks
      ? []
      : [
          `The ranks of single users are not stored, so ties and copies cannot be told: rank the run (${command}).`,
        ]),
    ...(ranks && !copies
      ? [
          'The dataset is not in the library any more, or is damaged, so copies of held-out items cannot be counted: import it again.',
        ]
      : []),
    ...(ranks?.full || summary.full
      ? []
      : [
          `All items have not been ranked, so full ranking cannot be told: rank them (${command} --full-ranking).`,
        ]),
  ]
}
