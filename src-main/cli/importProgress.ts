import { SingleBar } from 'cli-progress'
import type { ImportProgress } from '../node/readers/readDataset.ts'
import type { Terminal } from './terminal.ts'

const FORMAT = '{stage} [{bar}] {percentage}% {file}'

/** A bar for an import, from its first report to `end`; silent where no bar can be drawn. */
export function importProgress(terminal: Terminal): { update(progress: ImportProgress): void; end(): void } {
  if (!terminal.drawsBars) return { update: () => undefined, end: () => undefined }
  const bar = new SingleBar({ format: FORMAT, barsize: 24, clearOnComplete: true, gracefulExit: false })
  let started = false
  return {
    update: ({ stage, file, bytes, totalBytes }) => {
      if (!started) bar.start(Math.max(1, totalBytes), bytes, { stage, file })
      started = true
      bar.update(bytes, { stage, file })
    },
    end: () => void (started && bar.stop()),
  }
}
