import { z } from 'zod'

/** A SHA-256 as it is stored. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in 64 lower-case hex digits')
