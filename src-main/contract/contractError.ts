import { z } from 'zod'

export const failureSchema = z.strictObject({
  /** What went wrong, for programs: `invalid-argument`, `run-not-found`, `disk-full`, ... */
  code: z.string(),
  /** The same for people: what, where, and what to do. */
  message: z.string(),
  /** Which field of an argument is wrong, which file a reader stumbled over. */
  details: z.record(z.string(), z.unknown()).optional(),
  stack: z.string().optional(),
})
export type Failure = z.output<typeof failureSchema>

/** What every request is answered with, over every transport. */
export type Reply<T = unknown> = { ok: true; value: T } | { ok: false; error: Failure }

/** An error that crosses the contract: the same code, message and details on both sides. */
export class ContractError extends Error {
  override name = 'ContractError'

  constructor(
    readonly code: string,
    message: string,
    readonly details?: Record<string, unknown>,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

type Coded = Error & { code?: unknown; details?: Record<string, unknown> }

/** An error as data. What is not an error, or has no code, is `unexpected`: a bug, which keeps its stack. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'unexpected', message: String(error) }
  const { message, stack, code, details } = error as Coded
  const known = typeof code === 'string'
  return {
    code: known ? code : 'unexpected',
    message,
    ...(details && { details }),
    ...(stack !== undefined && { stack }),
  }
}

/** The error behind a failure, with the stack of the process where it was thrown. */
export function fromFailure({ code, message, details, stack }: Failure): ContractError {
  const error = new ContractError(code, message, details)
  if (stack !== undefined) error.stack = stack
  return error
}
