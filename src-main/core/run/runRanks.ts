/** Where each user's held-out item stood, users in the order of `RunRanks.users`. */
export interface HeldOutRanks {
  /** 0-based, ties against the model (core/metrics/rank); MISS (-1) for a score that is not a number. */
  rank: Int32Array
  /** How many of those ranked above it have the same score: `rank - ties` is the rank where ties favour the model. */
  ties: Int32Array
  /** How many items it was ranked against, itself left out. */
  negatives: Int32Array
}

/** What a run's best weights gave each user: enough to recompute every metric, and to compare users in pairs. */
export interface RunRanks {
  /** Dense indices of the users with a test item, ascending. */
  users: Int32Array
  /** Of the test items among the sampled candidates. */
  sampled: HeldOutRanks
  /** Of the test items among all items that the user does not know, where all items were ranked. */
  full?: HeldOutRanks
}
