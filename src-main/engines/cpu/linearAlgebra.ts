import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import {
  NotPositiveDefiniteError,
  type Inversion,
  type LeastSquares,
  type LeastSquaresSize,
  type LinearAlgebra,
  type ListedRows,
} from '../../core/baselines/linearAlgebra.ts'
import { EngineError } from '../../core/engine.ts'
import { baselineDemandHere } from './linearDemand.ts'
import { INVERSION_BLOCK, inversionLayout, leastSquaresLayout, MAXIMUM_BYTES } from './linearLayout.ts'

/** kernel/linear: addresses and sizes are in bytes unless they count rows or columns. */
interface LinearKernel {
  sweep(matrix: number, stride: number, order: number, first: number, size: number, scratch: number): number
  negate(matrix: number, stride: number, order: number): void
  gram(table: number, rows: number, width: number, scale: number, matrix: number, panels: number): void
  solveRows(
    table: number,
    width: number,
    base: number,
    rows: number,
    starts: number,
    columns: number,
    penalties: number,
    solved: number,
    scratch: number,
  ): number
}

const PAGE_BYTES = 65_536

function openKernel(
  module: WebAssembly.Module,
  bytes: number,
): { kernel: LinearKernel; buffer: ArrayBuffer } {
  if (bytes > MAXIMUM_BYTES) {
    throw new EngineError(
      'too-large',
      `This baseline needs ${(bytes / 2 ** 30).toFixed(1)} GiB for its equations, more than the 4 GiB that the engine can address: choose fewer factors, or a dataset with fewer items.`,
    )
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES), maximum: 65_536 })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { kernel: exports as unknown as LinearKernel, buffer: memory.buffer }
}

/** Linear algebra in WebAssembly SIMD: one module for all machines, without fused operations. Throws EngineError. */
export function createLinearAlgebra({ assets }: { assets: URL }): LinearAlgebra {
  const bytes = new Uint8Array(readFileSync(new URL('linear.wasm', assets)))
  if (!WebAssembly.validate(bytes))
    throw new EngineError('unavailable', 'This machine’s WebAssembly has no SIMD: use Node 20 or newer.')
  const module = new WebAssembly.Module(bytes)
  return {
    info: {
      name: 'cpu',
      device: cpus()[0]?.model.trim() ?? 'unknown CPU',
      arithmetic: 'portable',
      threads: 1,
    },
    demand: (config, shape) => baselineDemandHere(config, shape),
    openInversion: (order) => new KernelInversion(module, order),
    openLeastSquares: (size) => new KernelLeastSquares(module, size),
  }
}

class KernelInversion implements Inversion {
  readonly matrix: Float64Array
  readonly stride: number
  readonly steps: number
  private readonly kernel: LinearKernel
  private readonly layout

  constructor(
    module: WebAssembly.Module,
    private readonly order: number,
  ) {
    this.layout = inversionLayout(order)
    const { kernel, buffer } = openKernel(module, this.layout.end)
    this.kernel = kernel
    this.stride = this.layout.paddedOrder
    this.matrix = new Float64Array(buffer, this.layout.matrix, this.layout.paddedOrder ** 2)
    this.steps = Math.ceil(order / INVERSION_BLOCK)
  }

  step(index: number): void {
    const { matrix, paddedOrder, scratch } = this.layout
    const first = index * INVERSION_BLOCK
    const size = Math.min(INVERSION_BLOCK, this.order - first)
    if (!this.kernel.sweep(matrix, 8 * paddedOrder, paddedOrder, first, size, scratch))
      throw new NotPositiveDefiniteError()
    if (index === this.steps - 1) this.kernel.negate(matrix, 8 * paddedOrder, this.order)
  }
}

class KernelLeastSquares implements LeastSquares {
  private readonly kernel: LinearKernel
  private readonly buffer: ArrayBuffer
  private readonly layout

  constructor(
    module: WebAssembly.Module,
    private readonly size: LeastSquaresSize,
  ) {
    this.layout = leastSquaresLayout(size)
    const { kernel, buffer } = openKernel(module, this.layout.end)
    this.kernel = kernel
    this.buffer = buffer
  }

  fix(table: Float32Array, scale: number): void {
    const { width } = this.size
    new Float32Array(this.buffer, this.layout.table).set(table)
    this.kernel.gram(
      this.layout.table,
      table.length / width,
      width,
      scale,
      this.layout.base,
      this.layout.panels,
    )
  }

  solve({ starts, columns }: ListedRows, penalties: Float64Array, solved: Float32Array): number {
    const { layout, buffer, size } = this
    new Uint32Array(buffer, layout.starts).set(starts)
    new Int32Array(buffer, layout.columns).set(columns)
    new Float64Array(buffer, layout.penalties).set(penalties)
    const error = this.kernel.solveRows(
      layout.table,
      size.width,
      layout.base,
      penalties.length,
      layout.starts,
      layout.columns,
      layout.penalties,
      layout.solved,
      layout.scratch,
    )
    if (Number.isNaN(error)) throw new NotPositiveDefiniteError()
    solved.set(new Float32Array(buffer, layout.solved, solved.length))
    return error
  }
}
