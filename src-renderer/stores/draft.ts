import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { isClosedForm, seedsFrom, type RunConfig } from '../../src-main/contract/vocabulary.ts'
import { client } from '../client/client.ts'
import { useDatasets } from './datasets.ts'
import { useNotices } from './notices.ts'
import { anyEpochs, formOf, readForm, type RunForm, type RunPlan } from './runForm.ts'
import { FORM_PRESETS, presetOf } from './runPresets.ts'
import { useRuns } from './runs.ts'

/** Runs that one start makes at most, each with a seed of its own. */
export const MOST_SEEDS = 20
const FIRST_PRESET = 'neumf-paper'

/** A preset as the drawer opens it: all items are ranked at the end, which costs little and tells more. */
function presetForm(id: string): RunForm {
  const form = (FORM_PRESETS.find((candidate) => candidate.id === id) ?? FORM_PRESETS[0]).form()
  return { ...form, shared: { ...form.shared, fullRanking: 'end' } }
}

/** Tags between commas, each once. */
function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
}

/** How many seeds, as typed; undefined for anything but 1..MOST_SEEDS. */
export function seedCountOf(text: string): number | undefined {
  const count = text.trim() === '' ? NaN : Number(text)
  return Number.isInteger(count) && count >= 1 && count <= MOST_SEEDS ? count : undefined
}

/** How often a configuration is to be trained: once from each seed. */
export interface PlannedWork {
  config: RunConfig
  runs: number
}

/** What a plan trains, the last being what the plan is about. */
export function worksOf(plan: RunPlan, seeds: number): PlannedWork[] {
  const configs = plan.kind === 'chain' ? [plan.gmf, plan.mlp, plan.neumf] : plan.configs
  return configs.map((config) => ({ config, runs: isClosedForm(config) ? 1 : seeds }))
}

/** The one configuration that a plan is about; undefined for a set of models. */
function subjectOf(plan: RunPlan | undefined): RunConfig | undefined {
  if (plan?.kind === 'chain') return plan.neumf
  return plan?.configs.length === 1 ? plan.configs[0] : undefined
}

/** The runs that are being configured in the drawer. */
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
  const plan = computed(() => read.value.plan)
  const config = computed(() => subjectOf(plan.value))
  const preset = computed(() => plan.value && presetOf(plan.value))
  const tags = computed(() => tagsOf(tagsText.value))
  /** One where seeds make no difference; undefined while it is typed wrong. */
  const seedCount = computed(() => (anyEpochs(form.value.model) ? seedCountOf(seedCountText.value) : 1))
  const works = computed(() => plan.value && worksOf(plan.value, seedCount.value ?? 1))
  const runCount = computed(() => (works.value ?? []).reduce((sum, { runs }) => sum + runs, 0))
  const dataset = computed(() => useDatasets().entries.get(datasetId.value)?.description)

  function lastSeedFits(): boolean {
    const seed = form.value.shared.seed.trim()
    if (!anyEpochs(form.value.model) || !/^\d{1,20}$/.test(seed)) return true
    return BigInt(seed) + BigInt(seedCount.value ?? 1) <= 2n ** 64n
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
    if (form.value.shared.selection === 'validation' && description.validationSource === null) {
      const cure = 'Import it again with validation items, or select as in the paper.'
      return { selection: `${description.name} was imported without validation items. ${cure}` }
    }
    return {}
  }

  /** First message for each field: `factors`, `l2.gmfUser`, `EASE.lambda`, `dataset`. */
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
    if (!row.config || !row.data) return
    form.value = formOf(row.config)
    datasetId.value = row.data.datasetId
    name.value = ''
    seedCountText.value = '1'
    tagsText.value = row.tags.filter((tag) => tag !== 'demo').join(', ')
    base.value = row
    isOpen.value = true
  }

  /** Opens the drawer at a preset for a dataset. */
  function openPreset(id: string, wanted: string): void {
    applyPreset(id)
    open(wanted)
  }

  /** Seed and full ranking stay: no preset is about them. */
  function applyPreset(id: string): void {
    const next = presetForm(id)
    const { seed, fullRanking, fullRankingEvery } = form.value.shared
    form.value = { ...next, shared: { ...next.shared, seed, fullRanking, fullRankingEvery } }
  }

  function request(wanted: RunPlan): Promise<RunRow[]> {
    const labels = { datasetId: datasetId.value, name: name.value.trim(), tags: [...tags.value] }
    const seeds = seedsFrom(form.value.shared.seed.trim(), seedCount.value ?? 1)
    if (wanted.kind === 'chain') {
      const { gmf, mlp, neumf, alpha } = wanted
      return client.request('run:start-chain', { ...labels, gmf, mlp, neumf, alpha, seeds })
    }
    const each = (config: RunConfig) =>
      isClosedForm(config) ? config : seeds.map((seed) => ({ ...config, seed }))
    return client.request('run:start', { ...labels, configs: wanted.configs.flatMap(each) })
  }

  /** Stores and queues the runs. Returns the first. */
  async function start(): Promise<RunRow | undefined> {
    const { value } = plan
    if (!value || !ready.value) return undefined
    starting.value = true
    const created = await useNotices().attempt(() => request(value))
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
    ...{ form, base, plan, config, works, runCount, preset, problems, ready },
    ...{ open, openFrom, openPreset, applyPreset, start },
  }
})
