import type { TrainingSet } from '../dataset/dataset.ts'
import type { Scorer } from '../engine.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import { BprFit } from './bpr.ts'
import { EaseFit } from './ease.ts'
import { IAlsFit } from './iAls.ts'
import { ItemKnnFit } from './itemKnn.ts'
import { ItemPopFit } from './itemPop.ts'
import type { LinearAlgebra } from './linearAlgebra.ts'
import type { NamedTensor } from './namedTensor.ts'

/** A baseline on its way: an epoch's work in slices of a fraction of a second, one after another. */
export interface BaselineFit {
  /** Slices of an epoch; each does as much as the next, roughly. */
  readonly slices: number
  /**
   * Does a slice (from 0) of an epoch (from 1).
   *
   * @returns Its part of the epoch's loss, summed over training positives; undefined for a model without one.
   * @throws NotPositiveDefiniteError.
   */
  work(epoch: number, slice: number): number | undefined
  /** Names, shapes and values as they are stored; not copied. */
  tensors(): NamedTensor[]
  /**
   * Puts back what tensors() gave after any slice: all that an iterative model needs to go on with the same bits. Absent
   * of a model in closed form, which has its tensors only at the end, and is fitted anew instead. Throws EngineError
   * 'bad-weights'.
   */
  restore?(tensors: readonly NamedTensor[]): void
  /** Scores with the tensors as they are at each call. */
  scorer(): Scorer
}

/** Makes room for a baseline; nothing is computed yet but first factors. Throws EngineError 'too-large'. */
export function openBaseline(config: BaselineConfig, set: TrainingSet, algebra: LinearAlgebra): BaselineFit {
  switch (config.model) {
    case 'ItemPop':
      return new ItemPopFit(set)
    case 'ItemKNN':
      return new ItemKnnFit(set, config)
    case 'EASE':
      return new EaseFit(set, config, algebra)
    case 'iALS':
      return new IAlsFit(set, config, algebra)
    case 'BPR':
      return new BprFit(set, config)
  }
}
