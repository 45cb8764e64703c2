import type { TrainingProblem } from '../../core/engine.ts'
import { deriveKey, keyFromSeed } from '../../core/random/streams.ts'
import { usersOfPositives, samplesPerEpoch } from '../../core/sampling/batches.ts'
import { MAXIMUM_BLOCKS } from '../../core/sampling/negatives.ts'
import { createPermutation } from '../../core/sampling/permutation.ts'
import {
  adamTable,
  CLOSED_FORM_HORIZON,
  decayTable,
  DECAY_STEPS,
  MOMENTUM_HORIZON,
  powerTable,
  STEPS,
} from './adamTables.ts'
import type { MemoryLayout } from './memoryLayout.ts'
import { Activation, CONTEXT_ADDRESS, Layer, Optimizer, Real, REALS_OFFSET, Slot, Table } from './slots.ts'

/** Writes a session's sizes, addresses, constants and data into its linear memory. */
export function writeContext(
  memory: WebAssembly.Memory,
  layout: MemoryLayout,
  problem: TrainingProblem,
): void {
  const words = new Uint32Array(memory.buffer)
  const slots = { ...problemSlots(problem, layout), ...addressSlots(layout), ...keySlots(problem) }
  for (const [slot, value] of Object.entries(slots)) words[CONTEXT_ADDRESS / 4 + Number(slot)] = value
  writeReals(memory, problem)
  writeRecords(words, layout)
  writeLayerPenalties(memory, layout, problem)
  writeTrainingSet(memory, layout, problem)
  writeTables(memory, layout, problem)
}

function problemSlots({ set, options }: TrainingProblem, layout: MemoryLayout): Record<number, number> {
  const { l2 } = options
  const dense = l2.scope === 'table'
  return {
    [Slot.userCount]: set.userCount,
    [Slot.itemCount]: set.itemCount,
    [Slot.batchSize]: options.batchSize,
    [Slot.batchStride]: layout.batchStride,
    [Slot.slotsPerPositive]: 1 + options.negativesPerPositive,
    [Slot.samplesPerEpoch]: samplesPerEpoch(set, options),
    [Slot.chunkSteps]: layout.chunkSteps,
    [Slot.gmfWidth]: layout.widths.gmf,
    [Slot.mlpWidth]: layout.widths.mlp,
    [Slot.hiddenLayers]: layout.layers.length,
    [Slot.bands]: layout.bands,
    [Slot.rowWidth]: layout.rowWidth,
    [Slot.rowStride]: layout.rowStride,
    [Slot.predictWidth]: layout.predictWidth,
    [Slot.outputWidth]: layout.outputWidth,
    [Slot.optimizer]: Optimizer[options.optimizer],
    [Slot.denseUsers]: Number(dense && l2.gmfUser + l2.mlpUser > 0),
    [Slot.denseItems]: Number(dense && l2.gmfItem + l2.mlpItem > 0),
    [Slot.hasBitset]: Number(layout.hasBitset),
    [Slot.maximumBlocks]: MAXIMUM_BLOCKS,
    [Slot.stepsTaken]: 0,
  }
}

function addressSlots(layout: MemoryLayout): Record<number, number> {
  return {
    [Slot.trainStart]: layout.trainStart,
    [Slot.trainItems]: layout.trainItems,
    [Slot.positiveUsers]: layout.positiveUsers,
    [Slot.bitset]: layout.bitset,
    [Slot.sampleUsers]: layout.sampleUsers,
    [Slot.sampleItems]: layout.sampleItems,
    [Slot.sampleLabels]: layout.sampleLabels,
    [Slot.samplePositives]: layout.samplePositives,
    [Slot.users]: layout.users.record,
    [Slot.items]: layout.items.record,
    [Slot.layers]: layout.layerRecords,
    [Slot.activations]: layout.activationRecords,
    [Slot.predict]: layout.predict,
    [Slot.predictM]: layout.predictM,
    [Slot.predictV]: layout.predictV,
    [Slot.logitGradients]: layout.logitGradients,
    [Slot.products]: layout.products,
    [Slot.userProductGradients]: layout.userProductGradients,
    [Slot.itemProductGradients]: layout.itemProductGradients,
    [Slot.productStride]: layout.productStride,
    [Slot.blockLosses]: layout.blockLosses,
    ...columnSlots(layout),
    [Slot.adamTable]: layout.adamTable,
    [Slot.adamTableLength]: STEPS,
    [Slot.powers]: layout.powers,
    [Slot.momentumHorizon]: MOMENTUM_HORIZON,
    [Slot.closedFormHorizon]: CLOSED_FORM_HORIZON,
    [Slot.idleTable]: layout.idleTable,
    [Slot.decayTable]: layout.decayTable,
    [Slot.decayTableLength]: DECAY_STEPS,
    [Slot.barrier]: layout.barrier,
    [Slot.counters]: layout.counters,
    [Slot.lossSum]: layout.lossSum,
    [Slot.scratch]: layout.scratch,
    [Slot.scratchBytes]: layout.scratchBytes,
    [Slot.scratchStride]: layout.scratchStride,
    [Slot.itemHalf]: layout.itemHalf,
    [Slot.itemHalfStride]: layout.itemHalfStride,
  }
}

function columnSlots({ columns }: MemoryLayout): Record<number, number> {
  if (!columns) return {}
  return {
    [Slot.lists]: columns.lists,
    [Slot.listStride]: columns.listStride,
    [Slot.ownLogits]: columns.ownLogits,
    [Slot.ownLogitBytes]: columns.ownLogitBytes,
    [Slot.oddProducts]: columns.oddProducts,
    [Slot.predictPair]: columns.predictPair,
    [Slot.predictBytes]: columns.predictBytes,
  }
}

function keySlots({ set, options }: TrainingProblem): Record<number, number> {
  const seed = keyFromSeed(options.seed)
  const shuffle = deriveKey(seed, 'shuffle')
  const negatives = deriveKey(seed, 'negatives')
  const dropout = deriveKey(seed, 'dropout')
  const { leftSize, rightSize } = createPermutation(samplesPerEpoch(set, options), shuffle, 0)
  return {
    [Slot.shuffleKey0]: shuffle[0],
    [Slot.shuffleKey1]: shuffle[1],
    [Slot.negativesKey0]: negatives[0],
    [Slot.negativesKey1]: negatives[1],
    [Slot.dropoutKey0]: dropout[0],
    [Slot.dropoutKey1]: dropout[1],
    [Slot.leftSize]: leftSize,
    [Slot.rightSize]: rightSize,
  }
}

function writeReals(memory: WebAssembly.Memory, { options }: TrainingProblem): void {
  const reals = new Float64Array(memory.buffer, CONTEXT_ADDRESS + REALS_OFFSET)
  reals[Real.learningRate] = options.learningRate
  reals[Real.dropout] = options.dropout
  reals[Real.l2GmfUser] = options.l2.gmfUser
  reals[Real.l2GmfItem] = options.l2.gmfItem
  reals[Real.l2MlpUser] = options.l2.mlpUser
  reals[Real.l2MlpItem] = options.l2.mlpItem
  reals[Real.l2Predict] = options.l2.predict
}

function writeRecords(words: Uint32Array, layout: MemoryLayout): void {
  for (const { fields, record } of [layout.users, layout.items]) words.set(fields, record / 4)
  layout.activations.forEach((fields, i) =>
    words.set(fields, layout.activationRecords / 4 + i * Activation.size),
  )
  layout.layers.forEach((fields, i) => words.set(fields, layout.layerRecords / 4 + i * Layer.size))
}

function writeLayerPenalties(
  memory: WebAssembly.Memory,
  layout: MemoryLayout,
  { options }: TrainingProblem,
): void {
  const floats = new Float32Array(memory.buffer)
  layout.layers.forEach((_, i) => {
    floats[layout.layerRecords / 4 + i * Layer.size + Layer.l2] = options.l2.tower[i] ?? 0
  })
}

function writeTrainingSet(memory: WebAssembly.Memory, layout: MemoryLayout, { set }: TrainingProblem): void {
  const words = new Int32Array(memory.buffer)
  words.set(set.trainStart, layout.trainStart / 4)
  words.set(set.trainItems, layout.trainItems / 4)
  words.set(usersOfPositives(set), layout.positiveUsers / 4)
  for (const [table, rows] of [
    [layout.users, set.userCount] as const,
    [layout.items, set.itemCount] as const,
  ]) {
    const head = table.fields[Table.head] / 4
    words.fill(-1, head, head + rows)
  }
  if (layout.hasBitset) writeBitset(words.subarray(layout.bitset / 4), set)
}

function writeBitset(
  bitset: Int32Array,
  { userCount, itemCount, trainStart, trainItems }: TrainingProblem['set'],
): void {
  for (let user = 0; user < userCount; user++) {
    for (let i = trainStart[user]; i < trainStart[user + 1]; i++) {
      const bit = user * itemCount + trainItems[i]
      bitset[bit >>> 5] |= 1 << (bit & 31)
    }
  }
}

function writeTables(memory: WebAssembly.Memory, layout: MemoryLayout, { options }: TrainingProblem): void {
  const table = adamTable()
  new Float64Array(memory.buffer).set(table, layout.adamTable / 8)
  new Float64Array(memory.buffer).set(powerTable(), layout.powers / 8)
  new Float32Array(memory.buffer).set(decayTable(options.optimizer), layout.decayTable / 4)
}
