/**
 * Cuts rows into runs of about the same cost, each at least one row.
 *
 * @param costOf Of a row, in any unit.
 * @param budget Of a run.
 * @returns Where the runs begin, and at the end the number of rows.
 */
export function sliceRows(rows: number, costOf: (row: number) => number, budget: number): number[] {
  const bounds = [0]
  let cost = 0
  for (let row = 0; row < rows; row++) {
    if (cost > 0 && cost + costOf(row) > budget) {
      bounds.push(row)
      cost = 0
    }
    cost += costOf(row)
  }
  return [...bounds, rows]
}
