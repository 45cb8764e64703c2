import { z } from 'zod'
import { parseRecord } from './recordError.ts'

/** The public datasets that numbers are published for, in their NCF form. */
export const PUBLISHED_DATASETS = ['ml-1m', 'pinterest'] as const
export type PublishedDataset = (typeof PUBLISHED_DATASETS)[number]

const share = z.number().min(0).max(1)

const publishedRowSchema = z.strictObject({
  /** Key of the citation. */
  source: z.string(),
  dataset: z.enum(PUBLISHED_DATASETS),
  model: z.string().min(1),
  /** Predictive factors, where the source names them. */
  factors: z.int().min(1).optional(),
  /** Hidden layers, where the source varies them. */
  layers: z.int().min(0).optional(),
  protocol: z.strictObject({ evaluation: z.literal('sampled'), selection: z.enum(['paper', 'unknown']) }),
  pretrained: z.boolean(),
  hr10: share,
  ndcg10: share,
  /** The figures were given as "about". */
  approximate: z.literal(true).optional(),
  secondsPerEpoch: z.strictObject({ from: z.number().positive(), to: z.number().positive() }).optional(),
})

const publishedFileSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    /** By key: what a source is called in a line, such as authors and year, and its full citation. */
    sources: z.record(z.string(), z.strictObject({ name: z.string().min(1), citation: z.string().min(1) })),
    results: z.array(publishedRowSchema).min(1),
  })
  .superRefine(({ sources, results }, context) => {
    results.forEach((row, i) => {
      if (Object.hasOwn(sources, row.source)) return
      context.addIssue({
        code: 'custom',
        path: ['results', i, 'source'],
        message: `"${row.source}" has no citation`,
      })
    })
  })

/** One published number; `sourceName` is shown beside it, `citation` on demand. */
export type PublishedResult = z.output<typeof publishedRowSchema> & { sourceName: string; citation: string }

/** Validates the content of published-results.json. Throws RecordError. */
export function parsePublishedResults(json: unknown): PublishedResult[] {
  const file = parseRecord(publishedFileSchema, json, 'The file of published results')
  return file.results.map((row) => {
    const { name, citation } = file.sources[row.source]
    return { ...row, sourceName: name, citation }
  })
}

const DATASET_NAMES: Record<PublishedDataset, RegExp> = {
  'ml-1m': /\bml[-_ ]?1m\b|\bmovielens[-_ ]?1m\b/i,
  pinterest: /pinterest/i,
}

/** The public dataset that a name stands for (`ml-1m`, `MovieLens 1M`, `pinterest-20`), if any. */
export function publishedDataset(datasetName: string): PublishedDataset | undefined {
  return PUBLISHED_DATASETS.find((dataset) => DATASET_NAMES[dataset].test(datasetName))
}

/** What a run must say of itself to be held against published numbers. */
export interface PublishedQuery {
  datasetName: string
  model: string
  factors?: number
  layers?: number
}

/**
 * The rows to show beside a run: same dataset and model, and the same factors and layers wherever a source names
 * them. Rows of pre-trained models are included; they say so.
 */
export function publishedFor(results: readonly PublishedResult[], run: PublishedQuery): PublishedResult[] {
  const dataset = publishedDataset(run.datasetName)
  return results.filter(
    (row) =>
      row.dataset === dataset &&
      row.model === run.model &&
      (row.factors === undefined || row.factors === run.factors) &&
      (row.layers === undefined || row.layers === run.layers),
  )
}
