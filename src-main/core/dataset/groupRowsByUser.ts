/** Row numbers grouped by user: user u's rows are rows[start[u] .. start[u + 1]), in the order of the file. */
export interface RowsByUser {
  start: Uint32Array
  rows: Uint32Array
}

/** Counting sort, stable: the one pass that memory is spent on (4 bytes a row). */
export function groupRowsByUser(users: Int32Array, userCount: number): RowsByUser {
  const start = new Uint32Array(userCount + 1)
  for (let row = 0; row < users.length; row++) start[users[row] + 1]++
  for (let user = 0; user < userCount; user++) start[user + 1] += start[user]
  const next = start.slice(0, userCount)
  const rows = new Uint32Array(users.length)
  for (let row = 0; row < users.length; row++) rows[next[users[row]]++] = row
  return { start, rows }
}
