import type {
  AppEvent,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../../../src-main/contract/contract.ts'
import { REQUESTS } from '../../../src-main/contract/contract.ts'
import { toFailure } from '../../../src-main/contract/contractError.ts'

type Answers = { [Name in RequestName]?: (argument: RequestInput<Name>) => RequestOutput<Name> }

/** What a window under test has asked for, and a way to tell it something. */
export interface AnsweringBridge {
  /** Arguments of a request, in their order. */
  asked<Name extends RequestName>(name: Name): RequestInput<Name>[]
  answer(answers: Answers): void
  send(event: AppEvent): void
}

/**
 * Installs a bridge like Electron's preload, whose arguments must pass the contract and must be clonable, as over IPC.
 * Call it before any module of the renderer is imported.
 */
export function installBridge(): AnsweringBridge {
  const answers: Answers = {}
  const calls: { name: string; argument: unknown }[] = []
  const listeners = new Set<(event: AppEvent) => void>()
  window.ncfStudio = {
    invoke: async (name, argument) => {
      try {
        const given = REQUESTS[name as RequestName].input.parse(structuredClone(argument))
        calls.push({ name, argument: given })
        const answer = answers[name as RequestName] as ((argument: unknown) => unknown) | undefined
        if (!answer) throw new Error(`This test has no answer to ${name}.`)
        return { ok: true, value: answer(given) }
      } catch (error) {
        return { ok: false, error: toFailure(error) }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pathForFile: () => '',
  }
  return {
    asked: <Name extends RequestName>(name: Name) =>
      calls.filter((call) => call.name === name).map((call) => call.argument as RequestInput<Name>),
    answer: (more) => void Object.assign(answers, more),
    send: (event) => listeners.forEach((listener) => listener(event)),
  }
}
