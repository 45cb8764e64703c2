import type { RunRow } from '../../../src-main/contract/runContract.ts'

const LONGEST = 100

/** The tags in a text with commas; `problem` is '' when they can be stored. */
export function tagsIn(text: string): { tags: readonly string[]; problem: string } {
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean)
  const long = tags.find((tag) => tag.length > LONGEST)
  const problem = long ? `A tag has at most ${LONGEST} characters; “${long.slice(0, 20)}…” has more.` : ''
  return { tags, problem }
}

/** The tags of runs and how many of them have each, in alphabetical order. */
export function tagsOf(runs: readonly RunRow[]): { tag: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const tag of runs.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => a.tag.localeCompare(b.tag))
}
