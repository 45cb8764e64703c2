import { EngineError, type TrainingOptions } from '../../core/engine.ts'
import type { ModelSpec } from '../../core/models/modelSpec.ts'
import type { DatasetShape } from '../../core/training/trainingDemand.ts'
import { CLOSED_FORM_HORIZON, DECAY_STEPS, STEPS } from './adamTables.ts'
import {
  ADAM_ENTRY,
  Activation,
  BLOCK,
  CONTEXT_ADDRESS,
  CONTEXT_BYTES,
  IDLE_ENTRY,
  Layer,
  LINE,
  LISTED_ROW,
  POWER_ENTRY,
  Table,
} from './slots.ts'

/** The largest linear memory of WebAssembly with 32-bit addresses: 65,536 pages of 64 KiB. */
export const MAXIMUM_BYTES = 2 ** 32
/** Membership of items in a user's train set is a bitset up to this size, which still fits a large cache. */
const BITSET_BYTES = 2 ** 26
/** Samples drawn at a time: few enough to stay in cache, enough to make a barrier cheap. */
const CHUNK_SAMPLES = 8_192
/** Floats between the rows of a matrix beyond its width, so that a column does not fall into one cache set. */
const SPARE_FLOATS = 16
/** Rows that a tile of four may read or write beyond the last. */
const SPARE_ROWS = 4

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}

/** Hands out addresses one after another, each on a cache line. */
class Allocator {
  end = CONTEXT_ADDRESS + CONTEXT_BYTES

  bytes(count: number): number {
    const address = this.end
    this.end = roundUp(address + Math.max(count, 4), LINE)
    return address
  }

  words(count: number): number {
    return this.bytes(4 * count)
  }

  /** Rows of `stride` bytes, with spare rows for the last tile. */
  rows(count: number, stride: number): number {
    return this.bytes((count + SPARE_ROWS) * stride)
  }
}

/** Widths rounded up to whole SIMD lanes; the lanes beyond the true width hold zeros, and stay zero. */
export interface PaddedWidths {
  gmf: number
  mlp: number
  hidden: number[]
  output: number
}

function paddedWidths(spec: ModelSpec): PaddedWidths {
  const mlp = roundUp(spec.mlpWidth, 4)
  const hidden = spec.hiddenSizes.map((size) => roundUp(size, 8))
  return { gmf: roundUp(spec.gmfWidth, 8), mlp, hidden, output: hidden.at(-1) ?? 2 * mlp }
}

/** Tensors that an optimiser keeps beside each parameter. */
export const MOMENTS = { adam: 2, lazyAdam: 2, sgd: 0, adagrad: 1, rmsprop: 1 } as const

/** All that the layout depends on, beside the number of threads. */
export interface LayoutProblem {
  spec: ModelSpec
  shape: DatasetShape
  options: Pick<TrainingOptions, 'batchSize' | 'optimizer' | 'l2'>
}

/** With larger batches, more threads than there are bands have enough to do to share the rows instead. */
const LARGEST_BATCH_IN_BANDS = 1024

/**
 * Bands of the tables for steps in column mode (kernel/columns.ts), or 0 for steps that share the rows: threads can
 * share the columns of GMF if each gets whole cache lines. A penalty on whole tables moves rows that no batch lists.
 */
function columnBands({ options: { batchSize, l2 } }: LayoutProblem, widths: PaddedWidths, threads: number) {
  const isDense = l2.scope === 'table' && l2.gmfUser + l2.gmfItem > 0
  if (widths.mlp || isDense || (threads > 2 && batchSize > LARGEST_BATCH_IN_BANDS)) return 0
  const choices = threads === 1 ? [1] : [4, 2]
  return choices.find((bands) => bands <= threads && (4 * widths.gmf) % (bands * LINE) === 0) ?? 0
}

/** Where everything of a session lies in linear memory. */
export type MemoryLayout = ReturnType<typeof memoryLayout>

/** A pure function of its arguments. Throws EngineError 'too-large'. */
export function memoryLayout(problem: LayoutProblem, threads: number) {
  const { spec, shape, options } = problem
  const allocator = new Allocator()
  const widths = paddedWidths(spec)
  const moments = MOMENTS[options.optimizer]
  const bandsToShare = columnBands(problem, widths, threads)
  const bands = bandsToShare || 1
  const rowWidth = (widths.mlp + widths.gmf) / bands
  const rowStride = roundUp((1 + moments) * rowWidth * 4, LINE)
  const chunkSteps = Math.max(1, Math.floor(CHUNK_SAMPLES / options.batchSize))
  const samples = chunkSteps * options.batchSize + SPARE_ROWS
  const batchStride = roundUp(options.batchSize, LINE / 4)
  const productStride = 4 * (widths.gmf + SPARE_FLOATS)
  const bitsetWords = Math.ceil((shape.userCount * shape.itemCount) / 32)
  const hasBitset = bitsetWords * 4 <= BITSET_BYTES
  const predictWidth = widths.gmf + widths.output
  const scratchStride = 4 * (Math.max(widths.gmf, ...widths.hidden) + SPARE_FLOATS)
  const scratchBytes = roundUp((2 * BLOCK + 2) * scratchStride + 4 * BLOCK, LINE)
  const itemHalfStride = 4 * ((widths.hidden[0] ?? 0) + SPARE_FLOATS)

  const table = (rows: number) => {
    const fields: number[] = []
    fields[Table.bandBytes] = (rows + SPARE_ROWS) * rowStride
    fields[Table.rows] = allocator.bytes(bands * fields[Table.bandBytes])
    fields[Table.last] = allocator.words(rows)
    fields[Table.head] = allocator.words(rows)
    fields[Table.next] = allocator.words(batchStride * threads)
    fields[Table.touched] = allocator.words(batchStride * threads)
    fields[Table.count] = allocator.bytes(LINE * threads)
    return { fields, record: allocator.words(Table.size) }
  }

  const activation = (width: number, units: number) => {
    const stride = 4 * (width + SPARE_FLOATS)
    const fields: number[] = []
    fields[Activation.values] = allocator.rows(options.batchSize, stride)
    fields[Activation.gradients] = allocator.rows(options.batchSize, stride)
    fields[Activation.stride] = stride
    fields[Activation.units] = units
    fields[Activation.half] = widths.mlp
    return fields
  }

  const layer = (inputs: number, outputs: number) => {
    const weightStride = 4 * (outputs + SPARE_FLOATS)
    const transposedStride = 4 * (inputs + SPARE_FLOATS)
    const fields: number[] = []
    fields[Layer.inputs] = inputs
    fields[Layer.outputs] = outputs
    fields[Layer.weight] = allocator.rows(inputs, weightStride)
    fields[Layer.weightStride] = weightStride
    fields[Layer.transposed] = allocator.rows(outputs, transposedStride)
    fields[Layer.transposedStride] = transposedStride
    fields[Layer.weightM] = allocator.rows(inputs, weightStride)
    fields[Layer.weightV] = allocator.rows(inputs, weightStride)
    fields[Layer.bias] = allocator.words(outputs)
    fields[Layer.biasM] = allocator.words(outputs)
    fields[Layer.biasV] = allocator.words(outputs)
    return fields
  }

  /** What steps in column mode need beside the rest. */
  const columns = (threads: number) => {
    const listStride = LINE + roundUp((LISTED_ROW + 4) * batchStride, LINE)
    const ownLogitBytes = roundUp(4 * (options.batchSize + SPARE_ROWS), LINE)
    const predictBytes = roundUp(4 * (predictWidth + 4), LINE)
    return {
      listStride,
      ownLogitBytes,
      predictBytes,
      lists: allocator.bytes(2 * chunkSteps * listStride),
      ownLogits: allocator.bytes(threads * ownLogitBytes),
      oddProducts: allocator.rows(options.batchSize, productStride),
      predictPair: allocator.bytes(2 * predictBytes),
    }
  }

  const inputWidths = [2 * widths.mlp, ...widths.hidden]
  const layout = {
    widths,
    moments,
    bands,
    /** Threads that can train; for all else there may be more. */
    trainingThreads: bandsToShare || threads,
    columns: bandsToShare ? columns(bandsToShare) : undefined,
    rowWidth,
    rowStride,
    chunkSteps,
    batchStride,
    productStride,
    hasBitset,
    predictWidth,
    outputWidth: spec.mlpWidth ? widths.output : 0,
    scratchStride,
    scratchBytes,
    itemHalfStride,
    users: table(shape.userCount),
    items: table(shape.itemCount),
    activations: inputWidths.map((width, i) => activation(width, spec.hiddenSizes[i - 1] ?? spec.mlpWidth)),
    activationRecords: allocator.words(Activation.size * inputWidths.length),
    layers: widths.hidden.map((outputs, i) => layer(inputWidths[i], outputs)),
    layerRecords: allocator.words(Layer.size * widths.hidden.length),
    predict: allocator.words(predictWidth + 4),
    predictM: allocator.words(predictWidth + 4),
    predictV: allocator.words(predictWidth + 4),
    trainStart: allocator.words(shape.userCount + 1),
    trainItems: allocator.words(shape.interactions),
    positiveUsers: allocator.words(shape.interactions),
    bitset: hasBitset ? allocator.words(bitsetWords) : 0,
    sampleUsers: allocator.words(samples),
    sampleItems: allocator.words(samples),
    sampleLabels: allocator.words(samples),
    samplePositives: allocator.words(samples),
    logitGradients: allocator.words(options.batchSize + SPARE_ROWS),
    products: allocator.rows(options.batchSize, productStride),
    userProductGradients: allocator.rows(options.batchSize, productStride),
    itemProductGradients: allocator.rows(options.batchSize, productStride),
    blockLosses: allocator.bytes(8 * Math.ceil(options.batchSize / BLOCK)),
    adamTable: allocator.bytes(STEPS * ADAM_ENTRY),
    powers: allocator.bytes(CLOSED_FORM_HORIZON * POWER_ENTRY),
    idleTable: allocator.bytes(threads * (CLOSED_FORM_HORIZON + 1) * IDLE_ENTRY),
    decayTable: allocator.words(DECAY_STEPS),
    barrier: allocator.bytes(3 * LINE),
    counters: allocator.bytes(3 * LINE),
    lossSum: allocator.bytes(8),
    scratch: allocator.bytes(scratchBytes * threads),
    itemHalf: widths.hidden.length ? allocator.rows(shape.itemCount, itemHalfStride) : 0,
  }
  if (allocator.end > MAXIMUM_BYTES) {
    throw new EngineError(
      'too-large',
      `This training needs ${(allocator.end / 2 ** 30).toFixed(1)} GiB, more than the 4 GiB of the CPU engine: choose fewer factors or layers, a smaller batch or a smaller dataset.`,
    )
  }
  return { ...layout, end: allocator.end }
}
