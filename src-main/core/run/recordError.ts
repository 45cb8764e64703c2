import type { z } from 'zod'

/** Raised for a persisted record that is not what its schema says; `newer-version` ones must never be rewritten. */
export class RecordError extends Error {
  override name = 'RecordError'

  constructor(
    readonly code: 'invalid-record' | 'newer-version',
    message: string,
  ) {
    super(message)
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return issue.path.length ? `${issue.path.join('.')}: ${issue.message}` : issue.message
}

/** Checks a value against a schema; `what` names it in the message. Throws RecordError with every offending field. */
export function parseRecord<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new RecordError(
    'invalid-record',
    `${what} is not valid: ${result.error.issues.map(describeIssue).join('; ')}`,
  )
}
