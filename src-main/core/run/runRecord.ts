import { z } from 'zod'
import { migrate, type Migration } from './migration.ts'
import { parseRecord } from './recordError.ts'
import { ARITHMETICS, runConfigSchema } from './runConfig.ts'
import { runSummarySchema } from './runSummary.ts'
import { sha256 } from './sha256.ts'

export const RUN_STATUSES = ['created', 'running', 'paused', 'interrupted', 'finished', 'failed'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

const text = z.string().min(1)

/** The data that a run was trained on; the fingerprint decides whether two runs can be compared. */
export const runDataSchema = z.strictObject({
  datasetId: text,
  name: text,
  fingerprint: text,
  userCount: z.int().min(1),
  itemCount: z.int().min(1),
  /** Training positives. */
  interactions: z.int().min(0),
})
export type RunData = z.output<typeof runDataSchema>

/** Where a run's numbers come from: enough to repeat it, or to see why another machine differs. */
export const provenanceSchema = z.strictObject({
  appVersion: text,
  /** Commit of the program, where it is known. */
  commit: text.optional(),
  engine: text,
  device: text,
  arithmetic: z.enum(ARITHMETICS),
  /** 'auto': measured and chosen while training; the numbers do not depend on it. */
  threads: z.union([z.int().min(1), z.literal('auto')]),
  nodeVersion: text,
  electronVersion: text.optional(),
  os: text,
  cpu: text,
  /** SHA-256 of every source file of the dataset. */
  sourceFiles: z.array(z.strictObject({ name: text, sha256: text })),
})
export type Provenance = z.output<typeof provenanceSchema>

/** Whether the split and the negatives are those of the paper's authors, which published rows are of. */
export function readsAuthorsFiles({ sourceFiles }: Pick<Provenance, 'sourceFiles'>): boolean {
  return sourceFiles.some(({ name }) => name.endsWith('.train.rating'))
}

/** run.json: written by the process that trains; what people write themselves is in labels.json. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: text,
  createdAt: z.iso.datetime(),
  status: z.enum(RUN_STATUSES),
  /** Why the run failed. */
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  config: runConfigSchema,
  data: runDataSchema,
  provenance: provenanceSchema,
  /** SHA-256 of the weights that a pre-trained NeuMF began with: those of initial.safetensors. */
  initialWeightsHash: sha256.optional(),
  summary: runSummarySchema.optional(),
})
export type RunRecord = z.output<typeof runRecordSchema>

/** RUN_MIGRATIONS[n - 1] leads from schema version n to n + 1. There is only version 1 so far. */
export const RUN_MIGRATIONS: readonly Migration[] = []

/** Validates the content of a run.json, migrating older versions. Throws RecordError. */
export function parseRunRecord(json: unknown): RunRecord {
  return parseRecord(runRecordSchema, migrate(json, RUN_MIGRATIONS, 'The run record'), 'The run record')
}
