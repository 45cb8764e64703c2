import type { LeastSquaresSize } from '../../core/baselines/linearAlgebra.ts'

/** The largest linear memory of WebAssembly with 32-bit addresses. */
export { MAXIMUM_BYTES } from './memoryLayout.ts'
/** Pivots that one step of an inversion sweeps: as many as make reading the whole matrix worth while. */
export const INVERSION_BLOCK = 64
/** Columns of a panel, and rows that are gathered at a time, in the kernel. */
const PANEL = 4
const DEPTH = 64
/** What the compiled module keeps for itself at the start of its memory. */
const RESERVED_BYTES = 1024
const LINE = 64

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple

/** Hands out addresses one after another, each on a cache line. */
function allocator(): (bytes: number) => number {
  let end = RESERVED_BYTES
  return (bytes) => {
    const address = end
    end = roundUp(address + bytes, LINE)
    return address
  }
}

/** Where an inversion lies in linear memory; a pure function, so that its need is known before. */
export function inversionLayout(order: number) {
  const allocate = allocator()
  const paddedOrder = roundUp(order, PANEL)
  const size = Math.min(INVERSION_BLOCK, order)
  const matrix = allocate(8 * paddedOrder ** 2)
  const scratch = allocate(8 * ((size + 1) * size + 2 * paddedOrder * size))
  return { paddedOrder, matrix, scratch, end: allocate(0) }
}

/** Where the normal equations lie in linear memory. */
export function leastSquaresLayout({ rows, width, solvedRows, listed }: LeastSquaresSize) {
  const allocate = allocator()
  const paddedWidth = roundUp(width, PANEL)
  const panelBytes = 8 * paddedWidth * DEPTH
  const matrixBytes = 8 * paddedWidth ** 2
  const table = allocate(4 * rows * width)
  const base = allocate(matrixBytes)
  const starts = allocate(4 * (solvedRows + 1))
  const columns = allocate(4 * listed)
  const penalties = allocate(8 * solvedRows)
  const solved = allocate(4 * solvedRows * width)
  const scratch = allocate(matrixBytes + 2 * 8 * paddedWidth + panelBytes)
  const panels = scratch + matrixBytes + 2 * 8 * paddedWidth
  return { table, base, starts, columns, penalties, solved, scratch, panels, end: allocate(0) }
}
