import { CONTEXT_ADDRESS, Slot } from '../slots'
import { meet } from './barrier'
import { address, setThread, thread, word } from './context'
import { sharesColumns, trainColumns, trainColumnsGiven } from './columns'
import { samplePositions } from './sampler'
import { prepareStep } from './optimizers'
import { flushTable } from './tables'
import { trainStep } from './step'

export { scoreRuns, prepareScoring, rankUsers } from './score'

/** Steps first..last-1 of an epoch; every thread of the call runs this. */
export function train(index: i32, count: i32, epoch: i32, first: i32, last: i32): void {
  setThread(index, count)
  const taken = word(Slot.stepsTaken)
  if (sharesColumns()) trainColumns(epoch, first, last, taken + 1)
  else trainRows(epoch, first, last, taken + 1)
  if (thread === 0) store<i32>(stepsTakenAddress(), taken + last - first)
}

function trainRows(epoch: i32, first: i32, last: i32, t: i32): void {
  const batchSize = <u32>word(Slot.batchSize)
  const size = <u32>word(Slot.samplesPerEpoch)
  const chunk = word(Slot.chunkSteps)
  for (let start = first; start < last; start += chunk) {
    const end = min(start + chunk, last)
    const from = <u32>start * batchSize
    samplePositions(epoch, from, min(<u32>end * batchSize, size))
    meet()
    for (let step = start; step < end; step++) {
      const position = <u32>step * batchSize
      trainStep(t + step - first, position - from, min(batchSize, size - position), epoch, position)
    }
  }
  meet()
}

/** One step on `samples` samples that the host has written into the sample arrays. */
export function trainGiven(index: i32, count: i32, samples: i32): void {
  setThread(index, count)
  const taken = word(Slot.stepsTaken)
  meet()
  if (sharesColumns()) trainColumnsGiven(samples, taken + 1)
  else trainStep(taken + 1, 0, samples, 0, 0)
  meet()
  if (thread === 0) store<i32>(stepsTakenAddress(), taken + 1)
}

function stepsTakenAddress(): usize {
  return <usize>CONTEXT_ADDRESS + (<usize>Slot.stepsTaken << 2)
}

/** Samples one batch without training on it. */
export function sample(index: i32, count: i32, epoch: i32, step: i32): void {
  setThread(index, count)
  const from = <u32>step * <u32>word(Slot.batchSize)
  samplePositions(epoch, from, min(from + <u32>word(Slot.batchSize), <u32>word(Slot.samplesPerEpoch)))
}

/** Brings every row up to the last step taken. */
export function flush(index: i32, count: i32): void {
  setThread(index, count)
  const t = word(Slot.stepsTaken)
  prepareStep(t)
  flushTable(address(Slot.users), word(Slot.userCount), t)
  flushTable(address(Slot.items), word(Slot.itemCount), t)
}
