import { settingsSchema, type Settings } from '../contract/appContract.ts'

/** Settings as they are when nobody has changed any. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({})
}

/**
 * Settings from what a file holds: a field that is unknown or has no valid value counts as not there, so that neither
 * an older nor a newer version, nor a person with an editor, can keep the program from starting.
 */
export function readSettings(stored: unknown): Settings {
  const fields = typeof stored === 'object' && stored !== null ? Object.entries(stored) : []
  const valid = fields.filter(([name, value]) => settingsSchema.safeParse({ [name]: value }).success)
  return settingsSchema.parse(Object.fromEntries(valid))
}
