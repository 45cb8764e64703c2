export { exportRun, type ExportedRun } from './runExport.ts'
export { importRun, type ImportedRun } from './runImport.ts'
export { ArchiveError, type ArchiveErrorCode } from './runManifest.ts'
