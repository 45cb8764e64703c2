import type { z } from 'zod'
import { appEvents, appRequests } from './appContract.ts'
import { chainRequests } from './chainContract.ts'
import { comparisonRequests } from './comparisonContract.ts'
import { datasetEvents, datasetRequests } from './datasetContract.ts'
import { runEvents, runRequests } from './runContract.ts'

/** Every request of the application, by channel: the schema of its argument and of its answer. */
export const REQUESTS = {
  ...appRequests,
  ...datasetRequests,
  ...runRequests,
  ...chainRequests,
  ...comparisonRequests,
} as const
/** Every event that the application sends to its windows, by channel. */
export const EVENTS = { ...appEvents, ...datasetEvents, ...runEvents } as const

export type RequestName = keyof typeof REQUESTS
/** What a caller writes. */
export type RequestInput<Name extends RequestName> = z.input<(typeof REQUESTS)[Name]['input']>
/** What a handler gets: validated, defaults filled in. */
export type RequestArgument<Name extends RequestName> = z.output<(typeof REQUESTS)[Name]['input']>
export type RequestOutput<Name extends RequestName> = z.output<(typeof REQUESTS)[Name]['output']>

export type EventName = keyof typeof EVENTS
export type EventPayload<Name extends EventName> = z.output<(typeof EVENTS)[Name]>
export type AppEvent = { [Name in EventName]: { name: Name; payload: EventPayload<Name> } }[EventName]

/** One function for each request. */
export type Handlers = {
  [Name in RequestName]: (
    argument: RequestArgument<Name>,
  ) => Promise<RequestOutput<Name>> | RequestOutput<Name>
}

/** How a window asks. Rejects with a ContractError. */
export interface Client {
  request<Name extends RequestName>(
    name: Name,
    ...argument: Record<string, never> extends RequestInput<Name>
      ? [argument?: RequestInput<Name>]
      : [argument: RequestInput<Name>]
  ): Promise<RequestOutput<Name>>
  /** Returns a function that stops listening. */
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void
}
