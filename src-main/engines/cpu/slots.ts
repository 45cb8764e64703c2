/**
 * The context block: where the TypeScript host and the AssemblyScript kernel agree on sizes and addresses. This one
 * file is compiled by both, so a slot cannot mean two things. Addresses and counts are 32-bit words, hyperparameters
 * are float64.
 */

/** Byte address of the context block; below it lies the kernel's own static data. */
export const CONTEXT_ADDRESS = 65536
/** Byte offset in the block of the float64 values. */
export const REALS_OFFSET = 1024
/** Bytes of the whole block. */
export const CONTEXT_BYTES = 4096

/** Words of the context block. Widths are padded to whole SIMD lanes; strides are in bytes. */
export enum Slot {
  userCount,
  itemCount,
  batchSize,
  /** Words of an array with one word for each sample of a batch, in whole cache lines. */
  batchStride,
  slotsPerPositive,
  samplesPerEpoch,
  /** Batches sampled at a time. */
  chunkSteps,

  gmfWidth,
  mlpWidth,
  hiddenLayers,
  /** Parts of the columns of the tables, each of which lies together (kernel/columns.ts). */
  bands,
  /** Floats of a row's weights in one band: the MLP part, then the GMF part. */
  rowWidth,
  /** Bytes from row to row of a band: weights, then the optimiser's moments. */
  rowStride,
  predictWidth,
  outputWidth,

  optimizer,
  denseUsers,
  denseItems,

  shuffleKey0,
  shuffleKey1,
  negativesKey0,
  negativesKey1,
  dropoutKey0,
  dropoutKey1,
  leftSize,
  rightSize,
  maximumBlocks,
  /** 1 when membership is a bitset, 0 for binary search. */
  hasBitset,

  trainStart,
  trainItems,
  positiveUsers,
  bitset,
  sampleUsers,
  sampleItems,
  sampleLabels,
  samplePositives,

  users,
  items,
  layers,
  activations,
  predict,
  predictM,
  predictV,

  /** Logits, then their gradients. */
  logitGradients,
  products,
  userProductGradients,
  itemProductGradients,
  productStride,
  blockLosses,

  /** Column mode. What each step of a chunk touches (kernel/columnLists.ts): users, items, users, ... */
  lists,
  listStride,
  /** Per thread: logits, then their gradients. */
  ownLogits,
  ownLogitBytes,
  /** Products of odd steps. */
  oddProducts,
  /** The last layer of even and of odd steps. */
  predictPair,
  predictBytes,

  adamTable,
  adamTableLength,
  powers,
  momentumHorizon,
  closedFormHorizon,
  /** Per thread and number of idle steps: their constants (kernel/optimizers.ts). */
  idleTable,
  decayTable,
  decayTableLength,

  barrier,
  counters,
  lossSum,
  stepsTaken,

  scratch,
  scratchBytes,
  scratchStride,
  itemHalf,
  itemHalfStride,
}

/** Float64 values of the context block. */
export enum Real {
  learningRate,
  dropout,
  l2GmfUser,
  l2GmfItem,
  l2MlpUser,
  l2MlpItem,
  l2Predict,
}

/** Words of the record of an embedding table. */
export enum Table {
  rows,
  /** Bytes from band to band. */
  bandBytes,
  /** Per row: the step of its last update. */
  last,
  /** Per row: first batch slot that touches it in this step, or -1. */
  head,
  /** Per thread and batch slot: the next slot that touches the same row, or -1. */
  next,
  /** Rows touched in this step, a list for each thread. */
  touched,
  count,
  size,
}

/** Words of the record of a hidden layer; weights are stored [in][out], and transposed for the way back. */
export enum Layer {
  inputs,
  outputs,
  weight,
  weightStride,
  transposed,
  transposedStride,
  weightM,
  weightV,
  bias,
  biasM,
  biasV,
  /** float32: the layer's L2 penalty. */
  l2,
  size,
}

/** Words of the record of an activation: the tower's inputs (0) and each hidden layer's outputs. */
export enum Activation {
  values,
  gradients,
  stride,
  /** True widths of the dropout mask: units of one half of a concatenation, and where the second half begins. */
  units,
  half,
  size,
}

/** Optimisers by number. */
export enum Optimizer {
  adam,
  lazyAdam,
  sgd,
  adagrad,
  rmsprop,
}

/** Samples of a block of the forward and backward pass: fixed, so that sums do not depend on the number of threads. */
export const BLOCK = 32
/** Bytes of an entry of the table of Adam's step constants. */
export const ADAM_ENTRY = 64
/** Bytes of an entry of the table of powers. */
export const POWER_ENTRY = 32
/** What idle steps of Adam do to a row, as words (kernel/optimizers.ts). */
export enum Idle {
  /** 0 where there were none. */
  scale,
  shift,
  /** -1 where no correction is needed. */
  variance,
  /** What the idle steps and the next one leave of the moments. */
  decay1,
  decay2,
  /** The step that the constants are for. */
  key,
}
/** Bytes of the constants of one number of idle steps. */
export const IDLE_ENTRY = 32
/** Bytes of a row in a list (kernel/columnLists.ts). */
export const LISTED_ROW = 12
/** Bytes kept apart for each thread's counters, a cache line. */
export const LINE = 64
