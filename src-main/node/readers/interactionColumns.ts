const INITIAL_ROWS = 1 << 16

/**
 * Interactions in growable dense arrays: 8 bytes a row, 8 more with timestamps, 1 more with a threshold. Pages
 * beyond the rows are never touched, so doubling costs address space, not memory.
 */
export class InteractionColumns {
  length = 0
  private userColumn = new Int32Array(INITIAL_ROWS)
  private itemColumn = new Int32Array(INITIAL_ROWS)
  private timeColumn?: Float64Array
  private positiveColumn?: Uint8Array

  constructor(has: { timestamps: boolean; positive: boolean }) {
    if (has.timestamps) this.timeColumn = new Float64Array(INITIAL_ROWS)
    if (has.positive) this.positiveColumn = new Uint8Array(INITIAL_ROWS)
  }

  push(user: number, item: number, timestamp: number, positive: boolean): void {
    const row = this.length
    if (row === this.userColumn.length) this.grow()
    this.userColumn[row] = user
    this.itemColumn[row] = item
    if (this.timeColumn !== undefined) this.timeColumn[row] = timestamp
    if (this.positiveColumn !== undefined) this.positiveColumn[row] = positive ? 1 : 0
    this.length = row + 1
  }

  get users(): Int32Array {
    return this.userColumn.subarray(0, this.length)
  }

  get items(): Int32Array {
    return this.itemColumn.subarray(0, this.length)
  }

  get timestamps(): Float64Array | undefined {
    return this.timeColumn?.subarray(0, this.length)
  }

  get positive(): Uint8Array | undefined {
    return this.positiveColumn?.subarray(0, this.length)
  }

  private grow(): void {
    const rows = 2 * this.userColumn.length
    this.userColumn = copied(this.userColumn, new Int32Array(rows))
    this.itemColumn = copied(this.itemColumn, new Int32Array(rows))
    if (this.timeColumn) this.timeColumn = copied(this.timeColumn, new Float64Array(rows))
    if (this.positiveColumn) this.positiveColumn = copied(this.positiveColumn, new Uint8Array(rows))
  }
}

function copied<A extends Int32Array | Float64Array | Uint8Array>(from: A, to: A): A {
  to.set(from)
  return to
}
