import { FLAGS, QUERY_FIELDS } from './queryFields.ts'

/** What may stand where the caret is. */
export interface Completion {
  /** Put in place of the word under the caret. */
  text: string
  about: string
}

/** The word around the caret: where it begins and ends. */
export function wordAt(text: string, caret: number): { from: number; to: number } {
  const from = text.lastIndexOf(' ', caret - 1) + 1
  const next = text.indexOf(' ', caret)
  return { from, to: next === -1 ? text.length : next }
}

/** Values that runs have in a field, most frequent first. */
export type KnownValues = (field: string) => readonly string[]

function valueCompletions(start: string, field: string, begun: string, known: KnownValues): Completion[] {
  return known(field)
    .filter((value) => value.toLowerCase().startsWith(begun) && value.toLowerCase() !== begun)
    .map((value) => ({ text: `${start}${/\s/.test(value) ? `"${value}"` : value}`, about: '' }))
}

function fieldCompletions(sign: string, begun: string): Completion[] {
  const fields = Object.entries(QUERY_FIELDS).map(([name, { about, example, kind }]) => ({
    name,
    text: kind === 'text' ? `${sign}${name}:` : `${sign}${name}`,
    about: `${about}, as in ${example}`,
  }))
  const flags = Object.entries(FLAGS).map(([name, { about }]) => ({ name, text: `${sign}${name}`, about }))
  return [...fields, ...flags]
    .filter(({ name }) => name.startsWith(begun) && name !== begun)
    .map(({ text, about }) => ({ text, about }))
}

/** Names of fields, and values after `model:`, `tag:` and the like, that fit what is typed so far. */
export function completionsAt(text: string, caret: number, known: KnownValues): Completion[] {
  const { from } = wordAt(text, caret)
  const word = text.slice(from, caret).toLowerCase()
  const sign = word.startsWith('-') ? '-' : ''
  const begun = word.slice(sign.length)
  const value = /^([a-z0-9.]+)[:=]"?(.*)$/.exec(begun)
  if (value) return valueCompletions(`${sign}${value[1]}:`, value[1], value[2], known)
  return begun === '' ? [] : fieldCompletions(sign, begun)
}
