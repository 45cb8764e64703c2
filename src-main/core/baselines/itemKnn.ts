import type { TrainingSet } from '../dataset/dataset.ts'
import { EngineError, type Scorer } from '../engine.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import type { BaselineFit } from './baselineFit.ts'
import { BaselineScorer } from './baselineScorer.ts'
import { floatTensor, integerRow, type NamedTensor } from './namedTensor.ts'
import { transpose, type TransposedSet } from './transposedSet.ts'
import { sliceRows } from './workSlices.ts'

type ItemKnnConfig = Pick<Extract<BaselineConfig, { model: 'ItemKNN' }>, 'neighbors' | 'shrinkage'>

/** Neighbours of each item as a sparse matrix: row i's are indices[indptr[i] .. indptr[i + 1]), ascending. */
interface Similarities {
  indptr: Int32Array
  indices: Int32Array
  data: Float32Array
}

/** Pairs of items that are counted between looks at the host: some tens of milliseconds. */
const PAIRS_PER_SLICE = 2e7

/**
 * Item-based nearest neighbours (Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW
 * 2001), on implicit feedback:
 *
 *   s(i, j) = |U_i and U_j| / (sqrt(|U_i| |U_j|) + shrinkage),   score(u, i) = sum of s(i, j), j in N_k(i) and I_u
 *
 * N_k(i) are the k most similar other items, of equals the lower ones; the shrinkage is that of Dacrema et al., "Are we
 * really making much progress?" (RecSys 2019). Similarities are float32; a pair without a common user has none.
 */
export class ItemKnnFit implements BaselineFit {
  readonly slices: number
  private readonly bounds: number[]
  private readonly transposed: TransposedSet
  private readonly rows: { indices: Int32Array; data: Float32Array }[] = []
  private readonly common: Uint32Array
  private similarities: Similarities | undefined

  constructor(
    private readonly set: TrainingSet,
    private readonly config: ItemKnnConfig,
  ) {
    const { trainStart, itemCount } = set
    this.transposed = transpose(set)
    this.common = new Uint32Array(itemCount)
    const pairsOf = (item: number) =>
      this.usersOf(item).reduce((sum, user) => sum + trainStart[user + 1] - trainStart[user], 1)
    this.bounds = sliceRows(itemCount, pairsOf, PAIRS_PER_SLICE)
    this.slices = this.bounds.length - 1
  }

  work(_epoch: number, slice: number): undefined {
    for (let item = this.bounds[slice]; item < this.bounds[slice + 1]; item++)
      this.rows[item] = this.nearest(item)
    if (slice === this.slices - 1) this.similarities = joinRows(this.rows)
  }

  tensors(): NamedTensor[] {
    return Object.entries(this.fitted()).map(([field, data]) => ({
      name: `item.similarity.${field}`,
      shape: [data.length],
      data,
    }))
  }

  scorer(): Scorer {
    return new NeighborScorer(this.set, this.fitted())
  }

  private fitted(): Similarities {
    if (this.similarities) return this.similarities
    throw new EngineError('bad-weights', 'ItemKNN has no similarities before it is fitted.')
  }

  private usersOf(item: number): Int32Array {
    const { start, users } = this.transposed
    return users.subarray(start[item], start[item + 1])
  }

  private nearest(item: number): { indices: Int32Array; data: Float32Array } {
    const others = this.countCommonUsers(item)
    const own = this.usersOf(item).length
    const values = Float32Array.from(others, (other) => {
      const support = Math.sqrt(own * this.usersOf(other).length)
      return this.common[other] / (support + this.config.shrinkage)
    })
    for (const other of others) this.common[other] = 0
    return keepLargest(others, values, this.config.neighbors)
  }

  /** Other items with a common user, ascending; how many such users is in `common`. */
  private countCommonUsers(item: number): Int32Array {
    const { trainStart, trainItems } = this.set
    const found: number[] = []
    for (const user of this.usersOf(item))
      for (let at = trainStart[user]; at < trainStart[user + 1]; at++) {
        const other = trainItems[at]
        if (this.common[other]++ === 0 && other !== item) found.push(other)
      }
    this.common[item] = 0
    return Int32Array.from(found).sort()
  }
}

/** The `count` largest values with their indices, which stay in order; of equals at the border the first ones. */
function keepLargest(indices: Int32Array, values: Float32Array, count: number) {
  if (indices.length <= count) return { indices, data: values }
  const border = values.slice().sort()[values.length - count]
  let equals = count - values.reduce((above, value) => above + Number(value > border), 0)
  const kept = Int32Array.from(values.keys()).filter(
    (place) => values[place] > border || (values[place] === border && equals-- > 0),
  )
  return {
    indices: kept.map((place) => indices[place]),
    data: Float32Array.from(kept, (place) => values[place]),
  }
}

function joinRows(rows: readonly { indices: Int32Array; data: Float32Array }[]): Similarities {
  const indptr = new Int32Array(rows.length + 1)
  rows.forEach((row, item) => (indptr[item + 1] = indptr[item] + row.indices.length))
  const indices = new Int32Array(indptr[rows.length])
  const data = new Float32Array(indptr[rows.length])
  rows.forEach((row, item) => {
    indices.set(row.indices, indptr[item])
    data.set(row.data, indptr[item])
  })
  return { indptr, indices, data }
}

/** Reads and checks a sparse matrix of items by items. Throws EngineError 'bad-weights'. */
export function similaritiesOf(tensors: readonly NamedTensor[], itemCount: number): Similarities {
  const indptr = integerRow(tensors, 'item.similarity.indptr')
  const indices = integerRow(tensors, 'item.similarity.indices')
  const data = floatTensor(tensors, 'item.similarity.data', [indices.length])
  const isOrdered = indptr.every((start, row) => row === 0 || start >= indptr[row - 1])
  const isWhole = indptr.length === itemCount + 1 && indptr[0] === 0 && indptr[itemCount] === indices.length
  if (isOrdered && isWhole && indices.every((item) => item >= 0 && item < itemCount))
    return { indptr, indices, data }
  throw new EngineError(
    'bad-weights',
    `item.similarity is no sparse matrix of ${itemCount} by ${itemCount} items.`,
  )
}

/** The same matrix by columns. */
function turn({ indptr, indices, data }: Similarities): Similarities {
  const rows = indptr.length - 1
  const turned = {
    indptr: new Int32Array(rows + 1),
    indices: new Int32Array(indices.length),
    data: new Float32Array(data.length),
  }
  for (const column of indices) turned.indptr[column + 1]++
  for (let row = 0; row < rows; row++) turned.indptr[row + 1] += turned.indptr[row]
  const next = turned.indptr.slice()
  for (let row = 0; row < rows; row++)
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const place = next[indices[at]]++
      turned.indices[place] = row
      turned.data[place] = data[at]
    }
  return turned
}

/** Sums go over a user's items in ascending order, whether an item asks its neighbours or all items are asked at once. */
export class NeighborScorer extends BaselineScorer {
  private readonly byNeighbor: Similarities
  private readonly sums: Float64Array

  constructor(
    private readonly set: TrainingSet,
    similarities: Similarities,
  ) {
    super(set.itemCount)
    this.byNeighbor = turn(similarities)
    this.sums = new Float64Array(set.itemCount)
  }

  protected scoreUser(user: number, items: Int32Array | undefined, scores: Float32Array): void {
    const { trainStart, trainItems } = this.set
    const { indptr, indices, data } = this.byNeighbor
    this.sums.fill(0)
    for (let own = trainStart[user]; own < trainStart[user + 1]; own++) {
      const end = indptr[trainItems[own] + 1]
      for (let at = indptr[trainItems[own]]; at < end; at++) this.sums[indices[at]] += data[at]
    }
    for (let place = 0; place < scores.length; place++)
      scores[place] = this.sums[items ? items[place] : place]
  }
}
