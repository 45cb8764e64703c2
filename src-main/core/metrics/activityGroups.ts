/** Users with so many training items, both ends included. */
export interface ActivityGroup {
  from: number
  to: number
  /** Positions in what was grouped, ascending. */
  members: number[]
}

/**
 * Groups users by the quartiles of their training items, the least active first, so that one can see whom a model
 * serves. Users of equal activity are never parted, so groups can differ in size, and there are fewer than four where
 * a quartile has no users of its own. How unevenly users are served: Ekstrand et al., "All the cool kids, how do they
 * fit in?" (FAT* 2018), who group by activity among others.
 *
 * @param activity For each user the number of training items.
 */
export function activityGroups(activity: ArrayLike<number>): ActivityGroup[] {
  const sorted = Float64Array.from(activity).sort()
  const bounds = [1, 2, 3, 4].map((quarter) => sorted[Math.ceil((quarter * sorted.length) / 4) - 1])
  const groups = bounds.map((): number[] => [])
  for (let user = 0; user < activity.length; user++)
    groups[bounds.findIndex((bound) => activity[user] <= bound)].push(user)
  return groups.flatMap((members) => {
    const counts = members.map((user) => activity[user])
    return members.length === 0 ? [] : [{ from: least(counts), to: most(counts), members }]
  })
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b))
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b))
}
