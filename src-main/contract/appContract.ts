import { z } from 'zod'
import { sourceSchema } from './datasetContract.ts'

export const SHELLS = ['electron', 'browser'] as const

/** Where the program runs and what it can do there. */
export const appInfoSchema = z.strictObject({
  version: z.string(),
  commit: z.string().optional(),
  shell: z.enum(SHELLS),
  /** Folder of the library. */
  library: z.string(),
  platform: z.string(),
  device: z.string(),
  cores: z.int().min(1),
  nodeVersion: z.string(),
  electronVersion: z.string().optional(),
  /** Whether this shell can show files in the desktop's file browser. */
  canReveal: z.boolean(),
})
export type AppInfo = z.output<typeof appInfoSchema>

export const THEMES = ['system', 'light', 'dark'] as const
export const CLOSE_CHOICES = ['ask', 'tray', 'quit'] as const

const columnId = z.string().max(60)

const preferences = {
  theme: z.enum(THEMES),
  /** Threads for each run; 'auto' measures while training. */
  threads: z.union([z.literal('auto'), z.int().min(1).max(256)]),
  /** Runs that train at once; 'auto': one for every two cores, at least one. */
  concurrentRuns: z.union([z.literal('auto'), z.int().min(1).max(16)]),
  /** A notification of the desktop when a run ends. */
  notifications: z.boolean(),
  /** What closing the window does while a run trains. */
  closeWhileTraining: z.enum(CLOSE_CHOICES),
  inspectorOpen: z.boolean(),
  /** Pixels. */
  inspectorWidth: z.int().min(240).max(900),
  /** Ids of the columns of the runs table that are hidden. */
  hiddenColumns: z.array(columnId).max(200),
  /** Ids of the columns of the runs table in their order, where somebody has moved one. */
  columnOrder: z.array(columnId).max(200),
  /** Pixels, by the ids of the columns of the runs table that somebody has given another width. */
  columnWidths: z
    .record(columnId, z.int().min(1).max(2000))
    .refine((widths) => Object.keys(widths).length <= 200, 'more columns than a table has'),
  /** Sources opened last, the latest first. */
  recentSources: z.array(z.strictObject({ name: z.string(), path: z.string() })).max(10),
}

/** Preferences only: nothing that a run's numbers depend on. */
export const settingsSchema = z.strictObject({
  theme: preferences.theme.default('system'),
  threads: preferences.threads.default('auto'),
  concurrentRuns: preferences.concurrentRuns.default('auto'),
  notifications: preferences.notifications.default(true),
  closeWhileTraining: preferences.closeWhileTraining.default('ask'),
  inspectorOpen: preferences.inspectorOpen.default(true),
  inspectorWidth: preferences.inspectorWidth.default(340),
  hiddenColumns: preferences.hiddenColumns.default([]),
  columnOrder: preferences.columnOrder.default([]),
  columnWidths: preferences.columnWidths.default({}),
  recentSources: preferences.recentSources.default([]),
})
export type Settings = z.output<typeof settingsSchema>

const nothing = z.strictObject({}).prefault({})

export const appRequests = {
  'app:info': { input: nothing, output: appInfoSchema },
  /** Shows the library, or the folder of a run or dataset, in the file browser. Electron only. */
  'app:reveal': {
    input: z.strictObject({
      what: z.enum(['library', 'run', 'dataset']),
      id: z.string().min(1).max(200).optional(),
    }),
    output: z.null(),
  },
  /** The desktop's dialog for a folder or file; null when it is cancelled. Electron only: a browser has its own. */
  'app:choose-source': {
    input: z.strictObject({ what: z.enum(['folder', 'file']) }),
    output: sourceSchema.nullable(),
  },
  'settings:get': { input: nothing, output: settingsSchema },
  'settings:change': {
    // Not settingsSchema.partial(): that fills in the default of every field that is left out.
    input: z
      .strictObject(preferences)
      .partial()
      .refine((change) => Object.keys(change).length > 0, 'nothing to change'),
    output: settingsSchema,
  },
} as const

export const appEvents = {
  'settings:changed': settingsSchema,
  /** A command chosen in a native menu, for the window that has the focus. */
  'app:command': z.strictObject({ command: z.string() }),
  /** A folder or file that the desktop opens with the program, for the window to inspect. */
  'app:open-source': z.strictObject({ source: sourceSchema }),
  /** Something that people should know, in a sentence. */
  'app:notice': z.strictObject({
    level: z.enum(['info', 'warning', 'error']),
    message: z.string(),
    runId: z.string().optional(),
  }),
} as const
