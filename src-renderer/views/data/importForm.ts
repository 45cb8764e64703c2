import { computed, reactive, ref, watch } from 'vue'
import type { SourceVerdict } from '../../../src-main/contract/datasetContract.ts'
import { importOptionsSchema, type ImportOptionsInput } from '../../../src-main/contract/vocabulary.ts'
import { columnOptions, missingRoles, recognisedRoles, type ColumnRoles } from './columnRoles.ts'

export type DatasetVerdict = Extract<SourceVerdict, { kind: 'dataset' }>

/** The fields of the import dialog, as typed. */
export interface ImportFields {
  name: string
  ratingThreshold: string
  minimumInteractions: string
  negativesPerUser: string
  evaluationSeed: string
  validation: boolean
}

type FieldName = keyof ImportFields | 'columns'

/** What belongs into a field, for people. */
const WANTED: Partial<Record<FieldName, string>> = {
  name: 'Give it a name of 1 to 200 characters.',
  ratingThreshold: 'A number, or nothing: then every row counts.',
  minimumInteractions: 'A whole number, 1 or more.',
  negativesPerUser: 'A whole number from 1 to 10,000.',
  evaluationSeed: 'A whole number from 0 to 18446744073709551615.',
}

const DEFAULTS = importOptionsSchema.parse({})

function startingFields({ name }: DatasetVerdict): ImportFields {
  return {
    name,
    ratingThreshold: '',
    minimumInteractions: String(DEFAULTS.minimumInteractions),
    negativesPerUser: String(DEFAULTS.negativesPerUser),
    evaluationSeed: DEFAULTS.evaluationSeed,
    validation: DEFAULTS.validation,
  }
}

/** NaN for what is no number, an empty field included. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function typedOptions(fields: ImportFields, { raw, name }: DatasetVerdict): ImportOptionsInput {
  const typedName = fields.name.trim()
  // A name that nobody changed is not asked for: what is in the library already keeps its own.
  const labels = { ...(typedName !== name && { name: typedName }), validation: fields.validation }
  const evaluationSeed = fields.evaluationSeed.trim()
  // Of data that is already split, the seed chooses the validation items alone.
  if (!raw) return fields.validation ? { ...labels, evaluationSeed } : labels
  const threshold = fields.ratingThreshold.trim()
  return {
    ...labels,
    evaluationSeed,
    minimumInteractions: numberIn(fields.minimumInteractions),
    negativesPerUser: numberIn(fields.negativesPerUser),
    ...(threshold !== '' && { ratingThreshold: numberIn(threshold) }),
  }
}

/** A sentence for each field that holds what cannot be; empty when all is well. */
function problemsIn(options: ImportOptionsInput): Partial<Record<FieldName, string>> {
  const issues = importOptionsSchema.safeParse(options).error?.issues ?? []
  return Object.fromEntries(
    issues.map(({ path, message }) => [path[0], WANTED[path[0] as FieldName] ?? message]),
  )
}

/** The form under a verdict: how a source becomes a dataset. A verdict that is new resets what depends on it. */
export function useImportForm(verdict: () => DatasetVerdict) {
  const fields = reactive(startingFields(verdict()))
  const header = ref(true)
  const roles = ref<ColumnRoles>(recognisedRoles(verdict().preview))
  /** Absent: as found in the first line. */
  const separator = ref<string>()
  watch(
    () => verdict().preview,
    (preview) => (roles.value = recognisedRoles(preview)),
  )

  const isGeneric = computed(() => verdict().form === 'generic')
  const missing = computed(() => (isGeneric.value ? missingRoles(roles.value) : []))
  const options = computed<ImportOptionsInput>(() => {
    const typed = typedOptions(fields, verdict())
    if (!isGeneric.value) return typed
    const columns = columnOptions(verdict().preview, roles.value, header.value)
    return {
      ...typed,
      ...(columns && { columns }),
      ...(separator.value !== undefined && { separator: separator.value }),
    }
  })
  const problems = computed(() => {
    const found = problemsIn(options.value)
    if (missing.value.length > 0)
      found.columns = `Choose the column of the ${missing.value.map((role) => `${role}s`).join(' and the ')}.`
    if (fields.ratingThreshold.trim() !== '' && !hasRatings.value)
      found.ratingThreshold = 'No column holds ratings: leave it empty, every row counts then.'
    return found
  })
  const hasRatings = computed(() => roles.value.includes('rating'))
  const ready = computed(() => Object.keys(problems.value).length === 0)
  return { fields, header, roles, separator, isGeneric, options, problems, ready }
}
