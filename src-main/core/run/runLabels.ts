import { z } from 'zod'
import { migrate, type Migration } from './migration.ts'
import { parseRecord } from './recordError.ts'

/** labels.json: what people say about a run. A file of its own, because runs are renamed while they train. */
export const runLabelsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().trim().max(200).default(''),
  tags: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
  notes: z.string().max(100_000).default(''),
  starred: z.boolean().default(false),
  archived: z.boolean().default(false),
})
export type RunLabels = z.output<typeof runLabelsSchema>
export type RunLabelsChange = Partial<Omit<RunLabels, 'schemaVersion'>>

/** LABELS_MIGRATIONS[n - 1] leads from schema version n to n + 1. There is only version 1 so far. */
export const LABELS_MIGRATIONS: readonly Migration[] = []

/** Validates the content of a labels.json, migrating older versions. Throws RecordError. */
export function parseRunLabels(json: unknown): RunLabels {
  return parseRecord(runLabelsSchema, migrate(json, LABELS_MIGRATIONS, 'The labels'), 'The labels')
}

/** Labels with a change applied, repeated tags dropped; a new run starts from `changeLabels({})`. Throws RecordError. */
export function changeLabels(change: RunLabelsChange, old?: RunLabels): RunLabels {
  const labels = parseRunLabels({ schemaVersion: 1, ...old, ...change })
  return { ...labels, tags: [...new Set(labels.tags)] }
}
