import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { isNeural, neuralConfigSchema, PRESETS } from '../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { client } from '../client/client.ts'
import { useDatasets } from './datasets.ts'
import { useNotices } from './notices.ts'
import { formOf, presetOf, readForm, type RunForm } from './runForm.ts'
import { useRuns } from './runs.ts'

/** Runs that one start makes at most, each with a seed of its own. */
export const MOST_SEEDS = 20
const FIRST_PRESET = 'neumf-paper'

function presetForm(id: string): RunForm {
  const preset = PRESETS.find((candidate) => candidate.id === id) ?? PRESETS[0]
  return formOf(neuralConfigSchema.parse(preset.config))
}

/** Tags between commas, each once. */
function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
}

/** How many seeds, as typed; undefined for anything but 1..MOST_SEEDS. */
function seedCountOf(text: string): number | undefined {
  const count = text.trim() === '' ? NaN : Number(text)
  return Number.isInteger(count) && count >= 1 && count <= MOST_SEEDS ? count : undefined
}

/** The run that is being configured in the drawer. */
export const useDraft = defineStore('draft', () => {
  const isOpen = ref(false)
  const starting = ref(false)
  const datasetId = ref('')
  const name = ref('')
  const tagsText = ref('')
  const seedCountText = ref('1')
  /** As typed: may be invalid. */
  const form = ref<RunForm>(presetForm(FIRST_PRESET))
  /** The run that this one is derived from, to show what differs. */
  const base = shallowRef<RunRow>()
  const read = computed(() => readForm(form.value))
  const config = computed(() => read.value.config)
  const preset = computed(() => config.value && presetOf(config.value))
  const tags = computed(() => tagsOf(tagsText.value))
  const seedCount = computed(() => seedCountOf(seedCountText.value))
  const dataset = computed(() => useDatasets().entries.get(datasetId.value)?.description)

  function lastSeedFits(): boolean {
    return BigInt(config.value?.seed ?? 0) + BigInt(seedCount.value ?? 1) <= 2n ** 64n
  }

  /** What is wrong beyond the configuration itself: the data it meets, the labels, the seeds. */
  const contextProblems = computed<Record<string, string>>(() => ({
    ...datasetProblems(),
    ...(seedCount.value === undefined && {
      seedCount: `Must be a whole number from 1 to ${MOST_SEEDS}.`,
    }),
    ...(!lastSeedFits() && { seed: 'The last of these seeds would not be below 2^64.' }),
    ...(name.value.trim().length > 200 && { name: 'Must be at most 200 characters.' }),
    ...(tags.value.some((tag) => tag.length > 100) && { tags: 'A tag has at most 100 characters.' }),
    ...(tags.value.length > 100 && { tags: 'Must be at most 100 tags.' }),
  }))

  function datasetProblems(): Record<string, string> {
    const description = dataset.value
    if (!description) return { dataset: 'Choose the data to train on.' }
    const { users, usersWithoutHeldOut } = description.report
    if (usersWithoutHeldOut >= users)
      return { dataset: 'It has no test items, so there is nothing to measure a model by.' }
    if (form.value.selection === 'validation' && description.validationSource === null) {
      const cure = 'Import it again with validation items, or select as in the paper.'
      return { selection: `${description.name} was imported without validation items. ${cure}` }
    }
    return {}
  }

  /** First message for each field: `factors`, `l2.gmfUser`, `dataset`. */
  const problems = computed(() => ({ ...contextProblems.value, ...read.value.problems }))
  const ready = computed(() => Object.keys(problems.value).length === 0 && !starting.value)

  /** Opens the drawer; with a dataset, for that one. */
  function open(wanted?: string): void {
    const { usable } = useDatasets()
    base.value = undefined
    const known = usable.some(({ id }) => id === datasetId.value)
    datasetId.value = wanted ?? (known ? datasetId.value : (usable.at(-1)?.id ?? ''))
    isOpen.value = true
  }

  /** Opens the drawer with the configuration of a run, to change it. */
  function openFrom(row: RunRow): void {
    if (!row.config || !isNeural(row.config) || !row.data) return
    form.value = formOf(row.config)
    datasetId.value = row.data.datasetId
    name.value = ''
    seedCountText.value = '1'
    tagsText.value = row.tags.filter((tag) => tag !== 'demo').join(', ')
    base.value = row
    isOpen.value = true
  }

  function applyPreset(id: string): void {
    form.value = { ...presetForm(id), seed: form.value.seed }
  }

  /** Stores and queues the run, or one for each of the consecutive seeds. Returns the first. */
  async function start(): Promise<RunRow | undefined> {
    const { value } = config
    if (!value || !ready.value) return undefined
    const first = BigInt(value.seed)
    const seeds = Array.from({ length: seedCount.value ?? 1 }, (_, i) => String(first + BigInt(i)))
    const configs = seeds.map((seed) => ({ ...value, seed }))
    const request = { datasetId: datasetId.value, configs, name: name.value.trim(), tags: [...tags.value] }
    starting.value = true
    const created = await useNotices().attempt(() => client.request('run:start', request))
    starting.value = false
    if (!created) return undefined
    useRuns().put(created)
    isOpen.value = false
    name.value = ''
    seedCountText.value = '1'
    return created[0]
  }

  return {
    ...{ isOpen, starting, datasetId, dataset, name, tagsText, tags, seedCountText, seedCount },
    ...{ form, base, config, preset, problems, ready, open, openFrom, applyPreset, start },
  }
})
