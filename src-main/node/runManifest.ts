import { z } from 'zod'
import { isRunId, RUN_FILES } from './runFolder.ts'

export type ArchiveErrorCode =
  | 'not-an-archive'
  | 'unexpected-file'
  | 'missing-file'
  | 'wrong-size'
  | 'wrong-hash'
  | 'too-large'
  | 'invalid-content'

/** Raised for a .zip that is not an intact archive of a run, or a run that cannot become one. */
export class ArchiveError extends Error {
  override name = 'ArchiveError'

  constructor(
    readonly code: ArchiveErrorCode,
    readonly file: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${message}`, options)
  }
}

/** Name of the list of contents within the archive. */
export const MANIFEST = 'manifest.json'

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('ncf-studio-run'),
  id: z.string().refine(isRunId, 'not the form of a run id'),
  exportedAt: z.iso.datetime(),
  files: z.array(
    z.strictObject({ path: z.string(), size: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})
export type Manifest = z.output<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

/** Validates a manifest. Throws ArchiveError. */
export function parseManifest(text: string, file: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new ArchiveError('invalid-content', file, `its ${MANIFEST} is not valid: ${reason}`, {
      cause: error,
    })
  }
}

const { record, labels, epochs, log, best, last, initial, ranks, evaluation } = RUN_FILES
const FIXED_FILES: readonly string[] = [record, labels, epochs, log, best, last, initial, ranks, evaluation]
/** Files that may come or change after a run is finished: its weights decide what they say. */
const LATER_FILES: readonly string[] = [labels, log, ranks, evaluation]
const SNAPSHOT = /^snapshots\/epoch-\d{3,6}\.f32$/

/** Whether a path within a run's folder is one of the run's own files; locks and temporary files are not. */
export function isRunFile(path: string): boolean {
  return FIXED_FILES.includes(path) || SNAPSHOT.test(path)
}

/** Whether a file has a say in whether two copies are of the same run. */
export function isContent(path: string): boolean {
  return !LATER_FILES.includes(path)
}
