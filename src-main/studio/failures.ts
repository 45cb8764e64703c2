import { ContractError } from '../contract/contractError.ts'
import type { Problem } from './ports.ts'

/** Code and message of whatever was thrown. */
export function problemOf(error: unknown): Problem {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return {
    code: typeof code === 'string' ? code : 'unexpected',
    message: typeof message === 'string' ? message : String(error),
  }
}

/** Something that this shell cannot do. */
export function notAvailable(what: string): ContractError {
  return new ContractError('not-available', `${what} is not possible here.`)
}
