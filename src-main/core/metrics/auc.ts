import { MISS } from './rank.ts'

/**
 * Area under the ROC curve with one positive: the share of the negatives that it beats, 1 - rank / negatives.
 * A tie counts as lost, not as half (see heldOutRank), so a constant model has 0, not 0.5. A MISS is 0.
 * Without a negative there is nothing to lose to: 1, in line with HR and NDCG, which call rank 0 a hit.
 * Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback" (UAI 2009), 4.1.
 *
 * @param negatives How many negatives the held-out item was ranked against, itself not among them.
 */
export function auc(rank: number, negatives: number): number {
  if (rank === MISS) return 0
  return negatives === 0 ? 1 : 1 - rank / negatives
}
