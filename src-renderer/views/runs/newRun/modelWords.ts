import type { BaselineName } from '../../../../src-main/contract/vocabulary.ts'
import type { FormModel } from '../../../stores/runForm.ts'

/** What each model is, in a sentence. */
export const MODEL_SENTENCES: Readonly<Record<FormModel, string>> = {
  GMF: 'Generalised matrix factorisation: a weighted product of a user’s and an item’s embedding.',
  MLP: 'A multilayer perceptron over the two embeddings side by side.',
  NeuMF: 'GMF and MLP with embeddings of their own, fused in the last layer, from random weights.',
  'NeuMF-pre': 'NeuMF that starts from a trained GMF and a trained MLP, then goes on as one model.',
  ItemPop: 'The same list for everyone: items by their number of users. What any model must beat.',
  ItemKNN: 'Items that the users of an item share: cosine similarity, each item’s nearest neighbours.',
  EASE: 'A linear autoencoder over items with a solution in closed form: one pass, no seed, hard to beat.',
  iALS: 'Matrix factorisation of all cells, seen or not, by alternating least squares.',
  BPR: 'Matrix factorisation that learns to rank a seen item above an unseen one.',
  'all-baselines': 'A run of each baseline with the settings below, so that a neural model has company.',
}

/** What a baseline computes, as a formula and in words for those who hear it. */
export const BASELINE_FORMULAS: Readonly<Record<BaselineName, { formula: string; spoken: string }>> = {
  ItemPop: {
    formula: 'ŷ(u, i) = |{ v : v has i }|',
    spoken: 'The score of an item is the number of users who have it.',
  },
  ItemKNN: {
    formula: 'ŷ(u, i) = Σ j ∈ items(u) ∩ neighbours(i)  cos(i, j)',
    spoken: 'The score of an item is the sum of its cosines with the user’s items among its neighbours.',
  },
  EASE: {
    formula: 'min over B: ‖X − XB‖² + λ‖B‖²,  diag(B) = 0;  ŷ = XB',
    spoken: 'Each item is predicted from the others by ridge regression; no item predicts itself.',
  },
  iALS: {
    formula: 'min: Σ seen (p·q − 1)² + α Σ all (p·q)² + λ‖P, Q‖²;  ŷ = p·q',
    spoken: 'Factors whose products are near one for what was seen and, with weight alpha, near zero else.',
  },
  BPR: {
    formula: 'max: Σ ln σ(ŷ(u, i) − ŷ(u, j)) − λ‖P, Q‖²;  ŷ = p·q',
    spoken: 'Factors under which a seen item i scores above an unseen item j.',
  },
}
