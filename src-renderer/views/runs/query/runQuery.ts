import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { FLAGS, QUERY_FIELDS, WHOLE_FIELDS, type QueryField } from './queryFields.ts'

/** A query text, understood: which runs it lets through, and what of it was not understood. */
export interface RunQuery {
  matches(run: RunRow): boolean
  /** One sentence for each part that is left out of account. */
  problems: readonly string[]
  /** Whether it asks about the archive, which is hidden otherwise. */
  wantsArchived: boolean
}

type Test = (run: RunRow) => boolean
type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>='
/** A part of the query: its test, or why it has none. */
type Part = { test: Test } | { problem: string }

/** Words and quoted texts; quotes may stand after an operator: name:"first try". An open quote ends with the text. */
const TOKEN = /(?:[^\s"]|"[^"]*(?:"|$))+/g
const CONDITION = /^([A-Za-z][A-Za-z0-9@_.-]*)(>=|<=|!=|[:=<>])(.*)$/s

const COMPARE: Record<Operator, (value: number, wanted: number) => boolean> = {
  ':': (value, wanted) => value === wanted,
  '=': (value, wanted) => value === wanted,
  '!=': (value, wanted) => value !== wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
}

const haystacks = new WeakMap<RunRow, string>()

/** All that free words are looked for in; rows are replaced, never changed, so it is put together once for each. */
function haystack(run: RunRow): string {
  const known = haystacks.get(run)
  if (known !== undefined) return known
  const { name, tags, config, data, notes, id } = run
  const text = [name, ...tags, config?.model, data?.name, data?.datasetId, notes, id].join('\n').toLowerCase()
  haystacks.set(run, text)
  return text
}

function unquoted(text: string): string {
  return text.replaceAll('"', '')
}

/** `HR@10` and `learning-rate` mean the fields hr10 and lr, too. */
const OTHER_NAMES: Record<string, string> = {
  learningrate: 'lr',
  batchsize: 'batch',
  notes: 'note',
  tags: 'tag',
  status: 'state',
  data: 'dataset',
  hr: 'hr10',
  ndcg: 'ndcg10',
  bestepoch: 'best',
  full: 'full.hr10',
  fullhr: 'full.hr10',
  fullhr10: 'full.hr10',
  fullndcg: 'full.ndcg10',
  fullndcg10: 'full.ndcg10',
  neighbors: 'neighbours',
  k: 'neighbours',
}

function fieldName(written: string): string {
  const plain = written.toLowerCase().replace(/[@_.-]/g, '')
  return OTHER_NAMES[plain] ?? plain
}

function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    above = row
  }
  return above[b.length]
}

function unknownField(written: string): string {
  const plain = fieldName(written)
  const near = Object.keys(QUERY_FIELDS)
    .map((name) => ({ name, away: name.startsWith(plain) ? 1 : distance(plain, name) }))
    .sort((a, b) => a.away - b.away)[0]
  const hint = near.away <= 2 ? `Did you mean “${near.name}”?` : 'Put it in quotes to look for it as words.'
  return `There is no field “${written}”. ${hint}`
}

function numberTest(
  { read, example }: QueryField & { kind: 'number' },
  name: string,
  operator: Operator,
  value: string,
): Part {
  const wanted = value.trim() === '' ? NaN : Number(value)
  if (Number.isNaN(wanted)) return { problem: `“${name}” needs a number, as in ${example}.` }
  return {
    test: (run) => {
      const found = read(run)
      return found !== undefined && COMPARE[operator](found, wanted)
    },
  }
}

function textTest(
  { read, example }: QueryField & { kind: 'text' },
  name: string,
  operator: Operator,
  value: string,
): Part {
  const wanted = value.trim().toLowerCase()
  if (wanted === '') return { problem: `“${name}” needs a value, as in ${example}.` }
  const whole = operator === '=' || operator === '!=' || WHOLE_FIELDS.includes(name)
  const fits = (text: string) => (whole ? text.toLowerCase() === wanted : text.toLowerCase().includes(wanted))
  if (operator === ':' || operator === '=') return { test: (run) => read(run).some(fits) }
  if (operator === '!=') return { test: (run) => !read(run).some(fits) }
  // Dates compare as text: 2026-11-24 comes before 2026-12.
  if (name !== 'created')
    return { problem: `“${name}” cannot be compared with ${operator}; write ${example}.` }
  const compare = COMPARE[operator]
  return { test: (run) => read(run).some((text) => compare(order(text, wanted), 0)) }
}

/** The order of a date and the beginning of one. */
function order(text: string, wanted: string): number {
  const head = text.toLowerCase().slice(0, wanted.length)
  return head < wanted ? -1 : head > wanted ? 1 : 0
}

function conditionPart(written: string, operator: Operator, value: string): Part {
  const name = fieldName(written)
  if (!Object.hasOwn(QUERY_FIELDS, name)) return { problem: unknownField(written) }
  const field = QUERY_FIELDS[name]
  return field.kind === 'number'
    ? numberTest(field, name, operator, value)
    : textTest(field, name, operator, value)
}

function partOf(token: string): Part {
  const condition = CONDITION.exec(token)
  if (condition) return conditionPart(condition[1], condition[2] as Operator, unquoted(condition[3]))
  const word = token.toLowerCase()
  if (Object.hasOwn(FLAGS, word)) return { test: FLAGS[word].read }
  const wanted = unquoted(word)
  return { test: (run) => haystack(run).includes(wanted) }
}

function signedPart(token: string): Part {
  if (!token.startsWith('-') || token.length === 1) return partOf(token)
  const part = partOf(token.slice(1))
  if ('problem' in part) return part
  return { test: (run) => !part.test(run) }
}

/**
 * Understands a query text. Parts are joined by and: free words (name, tags, model, dataset, notes, id), conditions
 * such as `hr10>0.68` or `model:NeuMF`, flags such as `starred`; a leading `-` negates, quotes keep words together.
 * What is not understood is left out of account and named in `problems`.
 */
export function parseQuery(text: string): RunQuery {
  const tokens = text.match(TOKEN) ?? []
  const parts = tokens.map(signedPart)
  const tests = parts.flatMap((part) => ('test' in part ? [part.test] : []))
  return {
    matches: (run) => tests.every((test) => test(run)),
    problems: parts.flatMap((part) => ('problem' in part ? [part.problem] : [])),
    wantsArchived: tokens.some((token) => token.toLowerCase() === 'archived'),
  }
}
