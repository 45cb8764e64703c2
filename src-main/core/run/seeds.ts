const SEEDS = 2n ** 64n

/** The first `count` seeds from a seed on, round the end of the 64-bit numbers, without those that are taken. */
export function seedsFrom(first: string, count: number, taken: ReadonlySet<string> = new Set()): string[] {
  const seeds: string[] = []
  for (let seed = BigInt(first); seeds.length < count; seed = (seed + 1n) % SEEDS)
    if (!taken.has(String(seed))) seeds.push(String(seed))
  return seeds
}
