/** What the process says when it ends; scripts rely on these. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A call that cannot be meant: one line, a hint at --help, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
  readonly code = 'usage'
}

/** Something named on the command line is not there: exit code 1. */
export class NotFoundError extends Error {
  override name = 'NotFoundError'
  readonly code = 'not-found'
}

/** How an action that ends neither well nor with an error tells its exit code. */
export type EndWith = (code: ExitCode) => void
