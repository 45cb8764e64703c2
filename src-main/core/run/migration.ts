import { RecordError } from './recordError.ts'

/** Turns a record of schema version n into one of version n + 1; the new schemaVersion is set by `migrate`. */
export type Migration = (old: Readonly<Record<string, unknown>>) => Record<string, unknown>

function versionOf(record: unknown, what: string): number {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw new RecordError('invalid-record', `${what} must be a JSON object.`)
  }
  const version = (record as { schemaVersion?: unknown }).schemaVersion
  if (Number.isInteger(version) && (version as number) >= 1) return version as number
  throw new RecordError(
    'invalid-record',
    `${what} must carry a schemaVersion of at least 1, but has ${String(version)}.`,
  )
}

/**
 * Brings a persisted record up to the current schema version, which is the number of migrations plus one.
 *
 * @param migrations migrations[n - 1] leads from version n to n + 1.
 * @throws RecordError `newer-version` for a record of a later version than this program knows.
 */
export function migrate(
  record: unknown,
  migrations: readonly Migration[],
  what: string,
): Record<string, unknown> {
  const version = versionOf(record, what)
  const current = migrations.length + 1
  if (version > current) {
    throw new RecordError(
      'newer-version',
      `${what} has schema version ${version}, but this program reads only up to ${current}: update NCF Studio to use it.`,
    )
  }
  return migrations
    .slice(version - 1)
    .reduce(
      (old, step, i) => ({ ...step(old), schemaVersion: version + i + 1 }),
      record as Record<string, unknown>,
    )
}
