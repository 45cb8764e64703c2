import { watchDebounced } from '@vueuse/core'
import { ref, shallowRef, type Ref } from 'vue'
import type { RequestInput, RequestOutput } from '../../../src-main/contract/contract.ts'
import { ContractError } from '../../../src-main/contract/contractError.ts'
import { client } from '../../client/client.ts'

const SETTLE = 200

export type Verdicts = RequestOutput<'run:compare-against'>
export type VerdictQuestion = RequestInput<'run:compare-against'>

/** Paired tests of several sides against one, asked again when the sides or K change. */
export function useVerdicts(question: Ref<VerdictQuestion | undefined>) {
  const verdicts = shallowRef<Verdicts>()
  /** Why no side can be tested. */
  const failure = shallowRef<{ code: string; message: string }>()
  const waiting = ref(false)
  /** Grows with each question, so that a late answer to an older one is not shown. */
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const asked = question.value
    if (!asked) return void (verdicts.value = undefined)
    waiting.value = true
    try {
      const found = await client.request('run:compare-against', asked)
      if (mine !== turn) return
      verdicts.value = found
      failure.value = undefined
    } catch (error) {
      if (mine !== turn) return
      verdicts.value = undefined
      const code = error instanceof ContractError ? error.code : 'unexpected'
      failure.value = { code, message: error instanceof Error ? error.message : String(error) }
    } finally {
      if (mine === turn) waiting.value = false
    }
  }

  watchDebounced(() => JSON.stringify(question.value), ask, { debounce: SETTLE, immediate: true })
  return { verdicts, failure, waiting, ask }
}
