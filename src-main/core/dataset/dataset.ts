/**
 * Implicit feedback, split by leave-one-out, in dense form: what every engine, metric and baseline reads.
 * `user` and `item` are dense indices; the raw ids of the source live beside it in DatasetDescription.
 */
export interface Dataset {
  userCount: number
  itemCount: number
  /** Length userCount + 1: user u's training items are trainItems[trainStart[u] .. trainStart[u + 1]). */
  trainStart: Uint32Array
  /** Training positives, users in order, each user's items ascending and distinct. */
  trainItems: Int32Array
  /** Length userCount: the test item, or -1 for a user who has none. */
  heldOut: Int32Array
  /** Length userCount: the validation item, or -1; absent when the dataset was split without validation. */
  validation?: Int32Array
  /** Length userCount + 1: user u's sampled negatives are candidates[candidateStart[u] .. candidateStart[u + 1]). */
  candidateStart: Uint32Array
  /** The negatives that user u's held-out item is ranked against, in the order of the source. */
  candidates: Int32Array
}

/** The part of a dataset that training reads. */
export type TrainingSet = Pick<Dataset, 'userCount' | 'itemCount' | 'trainStart' | 'trainItems'>
