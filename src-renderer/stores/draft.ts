import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  PRESETS,
  runConfigSchema,
  type RunConfig,
  type RunConfigInput,
} from '../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { client } from '../client/client.ts'
import { useDatasets } from './datasets.ts'
import { useNotices } from './notices.ts'
import { useRuns } from './runs.ts'

/** The run that is being configured in the drawer. */
export const useDraft = defineStore('draft', () => {
  const isOpen = ref(false)
  const starting = ref(false)
  const datasetId = ref('')
  const name = ref('')
  const tags = ref<string[]>([])
  /** As typed: may be invalid. */
  const input = ref<RunConfigInput>({ ...PRESETS[2].config })
  /** The run that this one is derived from, to show what differs. */
  const base = shallowRef<RunRow>()
  const parsed = computed(() => runConfigSchema.safeParse(input.value))
  const config = computed<RunConfig | undefined>(() => parsed.value.data)
  /** First message for each field, by path: `factors`, `l2.gmfUser`. */
  const problems = computed<Record<string, string>>(() => {
    const issues = parsed.value.error?.issues ?? []
    return Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message]).reverse())
  })
  const ready = computed(() => config.value !== undefined && datasetId.value !== '' && !starting.value)

  function open(dataset?: string): void {
    const { usable } = useDatasets()
    base.value = undefined
    const known = usable.some(({ id }) => id === datasetId.value)
    datasetId.value = dataset ?? (known ? datasetId.value : (usable.at(-1)?.id ?? ''))
    isOpen.value = true
  }

  function openFrom(row: RunRow): void {
    if (!row.config || !row.data) return
    input.value = structuredClone(row.config)
    datasetId.value = row.data.datasetId
    name.value = ''
    tags.value = row.tags.filter((tag) => tag !== 'demo')
    base.value = row
    isOpen.value = true
  }

  function applyPreset(id: string): void {
    const preset = PRESETS.find((candidate) => candidate.id === id)
    if (preset) input.value = { ...structuredClone(preset.config), seed: input.value.seed }
  }

  /** Stores and queues the run, or one for each of `seeds` consecutive seeds. Returns the first. */
  async function start(seeds = 1): Promise<RunRow | undefined> {
    const { value } = config
    if (!value || !ready.value) return undefined
    starting.value = true
    const first = BigInt(value.seed)
    const configs = Array.from({ length: seeds }, (_, i) => ({ ...value, seed: String(first + BigInt(i)) }))
    const request = { datasetId: datasetId.value, configs, name: name.value, tags: [...tags.value] }
    const created = await useNotices().attempt(() => client.request('run:start', request))
    starting.value = false
    if (!created) return undefined
    useRuns().put(created)
    isOpen.value = false
    name.value = ''
    return created[0]
  }

  return {
    ...{ isOpen, starting, datasetId, name, tags, input, base, config, problems, ready },
    ...{ open, openFrom, applyPreset, start },
  }
})
