import { bestEpoch, type EpochRecord } from './epochRecord.ts'
import type { RunConfig } from './runConfig.ts'

/**
 * Whether a training ends before its planned epochs: `patience` epochs have passed without a higher HR@10 on the items
 * of the selection than the best epoch before them (Prechelt, "Early stopping - but when?", 1998, the criterion UP).
 * It looks at the epochs alone, so a run that was interrupted ends where an undisturbed one does. Never without a
 * patience. Throws EpochSelectionError.
 */
export function isOutOfPatience(
  epochs: readonly EpochRecord[],
  { selection, patience }: { selection: RunConfig['selection']; patience?: number },
): boolean {
  if (patience === undefined) return false
  const best = bestEpoch(epochs, selection)
  return best !== undefined && epochs[epochs.length - 1].epoch - best.epoch >= patience
}

/** `Stopped after epoch 9: no better HR@10 for 3 epochs.` */
export function describeEarlyStop(epoch: number, { patience }: { patience?: number }): string {
  const epochs = patience === 1 ? 'an epoch' : `${patience} epochs`
  return `Stopped after epoch ${epoch}: no better HR@10 for ${epochs}.`
}
