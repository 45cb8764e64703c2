import type { z } from 'zod'
import { REQUESTS, type Handlers, type RequestName } from './contract.ts'
import { ContractError, toFailure, type Reply } from './contractError.ts'

/** Answers a request that comes from a window: whatever it is, never by throwing. */
export type Dispatch = (name: unknown, argument: unknown) => Promise<Reply>

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

function checked(name: string, schema: z.ZodType, argument: unknown): unknown {
  const result = schema.safeParse(argument)
  if (result.success) return result.data
  const { issues } = result.error
  const fields = issues.map((issue) => issue.path.join('.'))
  const message = `${name} was asked with a wrong argument: ${issues.map(describeIssue).join('; ')}.`
  throw new ContractError('invalid-argument', message, { fields })
}

/**
 * The one way from a window to the application: every request is known, its argument is validated before its handler
 * sees it, and what a handler throws becomes a failure with its code.
 */
export function createDispatcher(handlers: Handlers): Dispatch {
  const answer = (name: RequestName, argument: unknown) => {
    const handler = handlers[name] as (argument: unknown) => unknown
    return handler(checked(name, REQUESTS[name].input, argument))
  }
  return async (name, argument) => {
    try {
      if (typeof name !== 'string' || !Object.hasOwn(REQUESTS, name))
        throw new ContractError('unknown-request', `There is no request "${String(name).slice(0, 100)}".`)
      return { ok: true, value: await answer(name as RequestName, argument) }
    } catch (error) {
      return { ok: false, error: toFailure(error) }
    }
  }
}
