import { readFileSync } from 'node:fs'
import { parameterLayout, type Weights } from '../../src-main/core/models/parameterLayout.ts'
import { modelSpec, type ModelName } from '../../src-main/core/models/modelSpec.ts'
import type { Batch } from '../../src-main/core/sampling/batches.ts'

interface Run {
  losses: number[]
  logits_before: number[]
  logits_after: number[]
  final: Record<string, number[]>
}

interface GoldenFile {
  n_users: number
  n_items: number
  factor: number
  layers: number
  batch: number
  init: Record<string, number[]>
  batches_user_item_label: [number[], number[], number[]][]
  probe_user_item: [number[], number[]]
  runs: Record<string, { f32: Run; f64: Run }>
}

/** Names of the vectors' own tensors, in the order of the parameter layout. */
function goldenName(name: string): string {
  return name
    .replace(/^tower\.(\d+)\.(weight|bias)$/, (_, layer, part) => `dense${layer}_${part[0]}`)
    .replace(/^predict\.(weight|bias)$/, (_, part) => `predict_${part[0]}`)
    .replace(/^(gmf|mlp)\.(user|item)\.weight$/, '$1_$2')
}

/** Twenty steps of PyTorch on a small problem, in float32 and float64. */
export function loadGolden(model: ModelName) {
  const file = JSON.parse(
    readFileSync(new URL(`../golden/train_${model}.json`, import.meta.url), 'utf8'),
  ) as GoldenFile
  const spec = modelSpec({ model, factors: file.factor, layers: file.layers })
  const names = parameterLayout(spec, file.n_users, file.n_items).map(({ name }) => name)
  const weights = (tensors: Record<string, number[]>): Weights =>
    Object.fromEntries(names.map((name) => [name, Float32Array.from(tensors[goldenName(name)])]))
  const batches: Batch[] = file.batches_user_item_label.map(([users, items, labels]) => ({
    users: Int32Array.from(users),
    items: Int32Array.from(items),
    labels: Float32Array.from(labels),
  }))
  const [users, items] = file.probe_user_item
  const finalWeights = (run: Run) => names.map((name) => [name, run.final[goldenName(name)]] as const)
  return {
    spec,
    userCount: file.n_users,
    itemCount: file.n_items,
    batchSize: file.batch,
    initial: weights(file.init),
    batches,
    probe: { users: Int32Array.from(users), items: Int32Array.from(items) },
    run: (optimizer: string) => file.runs[optimizer].f64,
    finalWeights,
  }
}
