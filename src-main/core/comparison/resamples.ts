/** Enough that chance moves a p of .05 by .002 and an end of an interval by a fiftieth of its half-width. */
export const RESAMPLES = 10_000
/** Below it, ends of intervals would be decided by a handful of resamples. */
const FEWEST = 1000
/** A second of work; 10,000 resamples of up to 10,000 users. */
const MOST_DRAWS = 1e8

/** How many resamples of so many users are drawn: 10,000, and fewer where there are tens of thousands of users. */
export function resamplesFor(users: number): number {
  return Math.min(RESAMPLES, Math.max(FEWEST, Math.floor(MOST_DRAWS / users)))
}
