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
  /** Floats of one row's weights: the MLP part, then the GMF part. */
  rowWidth,
  /** Bytes from row to row: weights, then the optimiser's moments. */
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

  adamTable,
  adamTableLength,
  powers,
  momentumHorizon,
  closedFormHorizon,
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
/** Bytes kept apart for each thread's counters, a cache line. */
export const LINE = 64
